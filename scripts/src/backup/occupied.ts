import { existsSync, readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { certificatePaths } from '../certs/layout.js';
import type { Project } from '../project.js';
import type { PartName } from './format.js';
import { withDatabase } from './mongo.js';
import { namesIn, readDescription } from './mongo-change.js';
import { dataFolder, entriesOf, environments } from './sources.js';

/** Folder that the entries of a part go to, and those that are there now and have to make room. */
export interface Place {
  readonly base: string;
  readonly present: readonly string[];
}

/** A part that is put by renames. */
export type FolderPart = Exclude<PartName, 'mongodb' | 'redis'>;

export function placeOf(part: FolderPart, project: Project, settings: Settings): Place {
  if (part === 'settings') {
    return { base: project.root, present: existsSync(project.envFile) ? ['.env'] : [] };
  }
  if (part === 'data') return dataPlace(dataFolder(project, settings));
  const base = certificatePaths(project.root).root;
  return { base, present: entriesOf(base) };
}

/** Where the embedded data is. */
export function dataPlace(base: string): Place {
  return { base, present: entriesOf(base).filter((name) => environments.some((one) => one === name)) };
}

/** Each thing that a restore would replace, in words. */
export async function occupied(
  parts: readonly PartName[],
  project: Project,
  settings: Settings,
  staged: string,
): Promise<string[]> {
  const found: string[] = [];
  for (const part of parts) {
    if (part === 'mongodb') found.push(...(await occupiedCollections(settings, join(staged, part))));
    else if (part !== 'redis') {
      const { base, present } = placeOf(part, project, settings);
      if (present.length > 0) found.push(part === 'settings' ? project.envFile : base);
    }
  }
  return found;
}

/** Each collection with documents that a restore would replace, in words. */
export async function occupiedCollections(settings: Settings, staged: string): Promise<string[]> {
  const folders = await readdir(staged);
  const names = await Promise.all(
    folders.map(async (folder) => (await readDescription(join(staged, folder))).name),
  );
  return withDatabase(settings, async (database) => {
    const there = await namesIn(database);
    const found: string[] = [];
    for (const name of names.filter((one) => there.has(one)).sort()) {
      const documents = await database.collection(name).estimatedDocumentCount();
      if (documents > 0) found.push(`${documents} documents in MongoDB’s ${database.databaseName}.${name}`);
    }
    return found;
  });
}

/**
 * Whoever has the embedded data open would go on with what is not there any more. It is not opened to find out: LMDB
 * ends the process where a file is broken, and that is what a restore is for.
 * @throws HermesError `data-in-use`
 */
export function assertUnused({ base, present }: Place): void {
  const locks = locksHeld();
  for (const name of present) {
    const lock = statSync(join(base, name, 'lock.mdb'), { throwIfNoEntry: false });
    const holder = lock && locks.find(({ inode, pid }) => inode === lock.ino && pid !== process.pid);
    if (!holder) continue;
    const told = `the folder ${join(base, name)} is in use by the process ${holder.pid}`;
    throw new HermesError('data-in-use', told, 'stop that one first');
  }
}

/** Every lock of a file that a process holds, as proc(5) tells it; where the system does not, none. */
function locksHeld(): { inode: number; pid: number }[] {
  let text: string;
  try {
    text = readFileSync('/proc/locks', 'utf8');
  } catch {
    return [];
  }
  const found = [...text.matchAll(/^\d+: (?:POSIX|OFDLCK) .* (-?\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /gm)];
  return found.map(([, pid, inode]) => ({ pid: Number(pid), inode: Number(inode) }));
}
