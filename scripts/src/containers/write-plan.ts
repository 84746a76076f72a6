import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Project } from '../project.js';
import { ownersOnly } from './acme-secrets.js';
import { envText } from './env-text.js';
import { giveCertificates } from './give-certificates.js';
import { containerOwner, type Owner } from './group.js';
import type { ContainerPlan } from './plan.js';

/**
 * Writes what the Compose files of a plan refer to. Secrets are in a folder that nobody but its owner may enter; the
 * files in it can be read by the group of the containers, which get them mounted one by one.
 */
export function writePlan(project: Project, plan: ContainerPlan, gid: number): void {
  const { paths, secrets } = plan;
  for (const folder of ['live', 'sets'])
    mkdirSync(join(project.certs, folder), { recursive: true, mode: 0o711 });
  if (plan.variables.HERMES_CERTBOT_IMAGE) {
    giveCertificates(project, containerOwner());
    mkdirSync(paths.challenges, { recursive: true, mode: 0o755 });
    const { uid, gid: group } = containerOwner();
    if (process.getuid?.() === 0) chownSync(paths.challenges, uid, group);
  }
  mkdirSync(paths.secrets, { recursive: true, mode: 0o700 });
  chmodSync(paths.secrets, 0o700);
  const owner = containerOwner();
  for (const [name, value] of Object.entries(secrets))
    replace(
      join(paths.secrets, name),
      value,
      ownersOnly.includes(name) ? owner : { ...self(), gid, mode: 0o640 },
    );
  replace(paths.variables, envText(plan.variables));
  replace(paths.app, envText(plan.app));
}

/** A file that has not changed stays the one that is mounted. */
function replace(path: string, content: string, access?: Owner & { readonly mode?: number }): void {
  if (contentOf(path) === content) return;
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}`;
  rmSync(beside, { force: true });
  writeFileSync(beside, content, { mode: 0o600 });
  if (access) {
    chownSync(beside, access.uid, access.gid);
    chmodSync(beside, access.mode ?? 0o600);
  }
  renameSync(beside, path);
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

const self = () => ({ uid: process.getuid?.() ?? -1 });
