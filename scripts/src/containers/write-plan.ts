import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '../project.js';
import { ownersOnly } from './acme-secrets.js';
import { envText } from './env-text.js';
import { giveCertificates } from './give-certificates.js';
import { containerOwner } from './group.js';
import type { ContainerPlan } from './plan.js';
import { giveFolder, giveToRenewal } from './renewal-access.js';
import { type Access, replaceFile } from './replace-file.js';

/** Files for who runs Compose alone. */
const own: Access = { mode: 0o600 };

/**
 * Writes what the Compose files of a plan refer to. Secrets are in a folder that nobody but its owner may enter; the
 * files in it can be read by the group of the containers, which get them mounted one by one.
 */
export function writePlan(project: Project, plan: ContainerPlan, gid: number): void {
  const { paths, secrets } = plan;
  for (const folder of ['live', 'sets'])
    mkdirSync(join(project.certs, folder), { recursive: true, mode: 0o711 });
  mkdirSync(paths.watch, { recursive: true, mode: 0o700 });
  giveFolder(paths.watch);
  if (!plan.variables.HERMES_CERTBOT_IMAGE) giveToRenewal(project);
  else {
    giveCertificates(project);
    mkdirSync(paths.challenges, { recursive: true, mode: 0o755 });
    giveFolder(paths.challenges, gid);
  }
  mkdirSync(paths.secrets, { recursive: true, mode: 0o700 });
  chmodSync(paths.secrets, 0o700);
  for (const [name, value] of Object.entries(secrets))
    replaceFile(
      join(paths.secrets, name),
      Buffer.from(value),
      ownersOnly.includes(name) ? { ...containerOwner(), mode: 0o600 } : { mode: 0o640, gid },
    );
  writeVariables(plan);
}

/** The part of it that Compose has to have to read its files. */
export function writeVariables({ paths, variables, app }: ContainerPlan): void {
  replaceFile(paths.variables, Buffer.from(envText(variables)), own);
  replaceFile(paths.app, Buffer.from(envText(app)), own);
}
