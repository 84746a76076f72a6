import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { longestSocketPath } from '../../../app/src/settings/limits.js';
import type { Settings } from '../../../app/src/settings/table.js';
import type { Project } from '../project.js';
import { replicasOf } from './replicas.js';
import { findWorkers, reachableFolder } from './workers.js';

type Chosen = Pick<Settings, 'APP_SOCKET' | 'APP_PORT' | 'APP_REPLICAS' | 'PROXY'>;

/**
 * The Unix socket of each process of the app, in the order of the replicas; undefined where there is none. `auto` is one
 * where Nginx leads to them, and where its path is not too long for the system.
 */
export function appSocketsOf({ run, root }: Project, settings: Chosen): string[] | undefined {
  const { APP_SOCKET: chosen, PROXY } = settings;
  if (chosen === 'off') return undefined;
  const replicas = replicasOf(settings);
  if (chosen !== 'auto') {
    return replicas.map((_replica, index) => (index === 0 ? chosen : `${chosen}-${index + 1}`));
  }
  if (PROXY !== 'nginx') return undefined;
  const folder = join(reachableFolder(run, root), 'sockets');
  const paths = replicas.map(({ name }) => join(folder, `${name}.sock`));
  return paths.every((path) => Buffer.byteLength(path) <= longestSocketPath) ? paths : undefined;
}

/**
 * Makes the folder of `auto`. What is made in it belongs to the group of the workers, who are another user when nginx is
 * started as root; a folder of one's own choice is left as it is.
 */
export async function prepareAppSockets(project: Project, settings: Chosen): Promise<void> {
  const [first] = appSocketsOf(project, settings) ?? [];
  if (first === undefined || settings.APP_SOCKET !== 'auto') return;
  const folder = dirname(first);
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  const workers = await findWorkers();
  if (workers) chownSync(folder, 0, workers.gid);
  // Set-group-id: files get the group of the folder. Set last, as a change of the owner takes it away.
  chmodSync(folder, 0o2750);
}
