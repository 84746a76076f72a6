import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { copyEnvironment } from '../../../app/src/lmdb/environment.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { certificatePaths } from '../certs/layout.js';
import type { Project } from '../project.js';
import type { PartName } from './format.js';

/**
 * The bus before the store: what the bus gives again the store passes over, so that together they lack nothing that
 * was stored between the two copies.
 */
export const environments = ['bus', 'devices', 'store'] as const;

export const dataFolder = (project: Project, { DATA_DIR }: Settings) => resolve(project.root, DATA_DIR);

const passing: ReadonlySet<string> = new Set(['.lock', '.ledger.lock', '.certbot.lock', 'logs', 'work']);

/** Passed over in `certs`: locks, what certbot makes anew, and what a restore that was killed has left. */
export const isPassing = (name: string) => passing.has(name) || name.startsWith(restoreDraft);

/** Begins the names of folders that a restore works in. */
export const restoreDraft = '.hermes-restore-';

/** The parts that there is something of on this host. @param inContainers whether the app keeps its data in them */
export function presentParts(project: Project, settings: Settings, inContainers: boolean): PartName[] {
  const embedded = !inContainers && presentEnvironments(dataFolder(project, settings)).length > 0;
  return [
    ...(existsSync(project.envFile) ? (['settings'] as const) : []),
    ...(entriesOf(certificatePaths(project.root).root).length > 0 ? (['certs'] as const) : []),
    ...(embedded ? (['data'] as const) : []),
    ...(settings.MONGO_URI ? (['mongodb'] as const) : []),
  ];
}

export function presentEnvironments(folder: string): (typeof environments)[number][] {
  return environments.filter((name) => existsSync(join(folder, name, 'data.mdb')));
}

/** What a folder holds, apart from what passes; nothing where there is none. */
export function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !isPassing(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Copies the embedded bus, registry of devices and store, each as it is at one moment, whoever writes to them. */
export async function copyEnvironments(folder: string, target: string): Promise<string[]> {
  const names = presentEnvironments(folder);
  for (const name of names) {
    await mkdir(join(target, name), { recursive: true, mode: 0o700 });
    await copyEnvironment(join(folder, name), join(target, name));
    for (const part of ['', 'data.mdb']) await alike(join(folder, name, part), join(target, name, part));
  }
  return names;
}

/** Root may copy what belongs to the app’s user, who has to open it again. */
async function alike(original: string, copy: string): Promise<void> {
  const { mode, uid, gid } = await stat(original);
  if (process.geteuid?.() === 0) await chown(copy, uid, gid);
  await chmod(copy, mode & 0o777);
}

/** Files that settings name and that lie elsewhere: whoever moves to another host has to take them along. */
export function filesElsewhere(settings: Settings): string[] {
  const keys = [
    'SSL_KEYFILE',
    'SSL_CERTFILE',
    'ACME_DNS_CREDENTIALS',
    'ACME_CA_BUNDLE',
    'MQTT_CA_FILE',
  ] as const;
  return keys.filter((key) => settings[key]);
}
