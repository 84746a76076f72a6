import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Project } from '../project.js';
import { envText } from './env-text.js';
import type { ContainerPlan } from './plan.js';

/**
 * Writes what the Compose files of a plan refer to. Secrets are in a folder that nobody but its owner may enter; the
 * files in it can be read by the group of the containers, which get them mounted one by one.
 */
export function writePlan(project: Project, plan: ContainerPlan, gid: number): void {
  const { paths, secrets } = plan;
  for (const folder of ['live', 'sets'])
    mkdirSync(join(project.certs, folder), { recursive: true, mode: 0o711 });
  mkdirSync(paths.secrets, { recursive: true, mode: 0o700 });
  chmodSync(paths.secrets, 0o700);
  for (const [name, value] of Object.entries(secrets)) replace(join(paths.secrets, name), value, gid);
  replace(paths.variables, envText(plan.variables));
  replace(paths.app, envText(plan.app));
}

/** A file that has not changed stays the one that is mounted. */
function replace(path: string, content: string, gid?: number): void {
  if (contentOf(path) === content) return;
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}`;
  rmSync(beside, { force: true });
  writeFileSync(beside, content, { mode: 0o600 });
  if (gid !== undefined) {
    chownSync(beside, process.getuid?.() ?? -1, gid);
    chmodSync(beside, 0o640);
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
