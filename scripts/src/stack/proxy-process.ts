import { resolve } from 'node:path';
import type { Settings } from '../../../app/src/settings/table.js';
import { isTraefikClient } from '../acme/traefik/client.js';
import type { Project } from '../project.js';
import { mask, nginxArguments } from '../render/nginx.js';
import { traefikArguments } from '../render/traefik.js';
import { nginxAccessLog, nginxFolder, traefikAccessLog, traefikFolder } from './native-layout.js';
import type { ProcessPlan } from './plan.js';

interface ProxyProcess {
  readonly process: Omit<ProcessPlan, 'command'>;
  /** It appends to this by itself. */
  readonly accessLog: string;
}

/** How each proxy is run. What it says goes through the mask: requests are quoted as they came. */
export const proxyProcesses: Readonly<
  Record<'nginx' | 'traefik', (project: Project, settings: Settings) => ProxyProcess>
> = {
  nginx: (project) => ({
    process: {
      name: 'nginx',
      args: nginxArguments({ runDirectory: project.run }, nginxFolder(project)),
      filter: mask,
      stopSignal: 'SIGTERM',
      leaveSignal: 'SIGQUIT',
    },
    accessLog: nginxAccessLog(project),
  }),
  traefik: (project, settings) => ({
    process: {
      name: 'traefik',
      args: traefikArguments(traefikFolder(project)),
      ...dnsVariables(project, settings),
      filter: mask,
      stopSignal: 'SIGTERM',
      leaveSignal: 'SIGTERM',
    },
    accessLog: traefikAccessLog(project),
  }),
};

/** Credentials of Traefik's own dns-01 come to it alone, and are neither in its configuration nor among arguments. */
function dnsVariables({ root }: Project, settings: Settings): Pick<ProcessPlan, 'environmentFile'> {
  const { ACME_CHALLENGE, ACME_DNS_CREDENTIALS } = settings;
  if (!isTraefikClient(settings) || ACME_CHALLENGE !== 'dns-01' || !ACME_DNS_CREDENTIALS) return {};
  return { environmentFile: resolve(root, ACME_DNS_CREDENTIALS) };
}
