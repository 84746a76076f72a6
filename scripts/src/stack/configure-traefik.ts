import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Settings } from '../../../app/src/settings/table.js';
import { inside } from '../containers/inside.js';
import type { Project } from '../project.js';
import { renderTraefik } from '../render/traefik.js';
import { nameCertificate, resolved } from '../render/traefik-certificates.js';
import type { TraefikAcme } from '../render/traefik-place.js';
import { traefikAccessLog, traefikFolder } from './native-layout.js';
import { upstreamsOf } from './replicas.js';
import { acmeAnswers } from './responder.js';

/**
 * Renders Traefik's configuration. One that runs takes up by itself what may change.
 * @param own what Traefik needs to ask the CA itself; undefined where it does not
 */
export function configureTraefik(
  project: Project,
  settings: Settings,
  pem: string,
  own: TraefikAcme | undefined,
): void {
  for (const folder of [project.run, project.logs]) mkdirSync(folder, { recursive: true, mode: 0o755 });
  const answers = acmeAnswers(settings);
  renderTraefik(settings, {
    folder: traefikFolder(project),
    pem: resolved(pem),
    accessLog: traefikAccessLog(project),
    upstreams: upstreamsOf(settings),
    ...(own && { acme: own }),
    ...(answers && { acmeAnswers: `${answers.address}:${answers.port}` }),
  });
}

/** Has Traefik read the certificate in use. Nothing happens where Traefik was not configured yet. */
export function rereadCertificates(
  project: Project,
  { ENGINE }: Pick<Settings, 'ENGINE'>,
  pem: string,
): void {
  try {
    const mounted = (file: string) => join(inside.root, 'certs', relative(resolved(project.certs), file));
    nameCertificate(traefikFolder(project), pem, ENGINE === 'docker' ? mounted : undefined);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
