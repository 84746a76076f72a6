import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../../app/src/settings/table.js';
import type { Project } from '../project.js';
import { renderTraefik } from '../render/traefik.js';
import type { TraefikAcme } from '../render/traefik-place.js';
import { certificatesFile } from '../render/traefik-plan.js';
import { traefikAccessLog, traefikFolder } from './plan-native.js';
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
    pem,
    accessLog: traefikAccessLog(project),
    upstream: `127.0.0.1:${settings.APP_PORT}`,
    ...(own && { acme: own }),
    ...(answers && { acmeAnswers: `${answers.address}:${answers.port}` }),
  });
}

/**
 * Has Traefik read the certificate in use. It does not watch certificates, but the folder of this file: the file is
 * replaced by itself. Nothing happens where Traefik was not configured yet.
 */
export function rereadCertificates(project: Project): void {
  const file = join(traefikFolder(project), certificatesFile);
  const beside = `${file}.${process.pid}`;
  try {
    copyFileSync(file, beside);
    renameSync(beside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
