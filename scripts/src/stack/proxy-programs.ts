import type { Settings } from '../../../app/src/settings/table.js';
import { ensureTool } from '../packages/install.js';
import { ensureTraefik } from '../packages/traefik.js';
import type { Project } from '../project.js';
import { configureNginx } from './configure-nginx.js';
import { configureTraefik } from './configure-traefik.js';
import { traefikAcme } from './traefik-acme.js';

/** How a proxy is had, and configured. */
interface ProxyProgram {
  readonly title: string;
  /** @returns the path of the program */
  ensure(say: (line: string) => void): Promise<string>;
  /** @param pem where it reads the certificate */
  configure(project: Project, settings: Settings, path: string, pem: string): Promise<void>;
}

/** By the value of PROXY. */
export const proxyPrograms: Readonly<Record<'nginx' | 'traefik', ProxyProgram>> = {
  nginx: {
    title: 'Nginx',
    ensure: (say) => ensureTool('nginx', say),
    configure: configureNginx,
  },
  traefik: {
    title: 'Traefik',
    ensure: ensureTraefik,
    configure: async (project, settings, _path, pem) =>
      configureTraefik(project, settings, pem, await traefikAcme(project, settings)),
  },
};
