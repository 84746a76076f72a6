import { readdir, readlink, rm } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import { type Access, ensureFolder, passable, replaceLink, syncFolder, writeNewFile } from './durable.js';
import { certificatePaths } from './layout.js';
import { nextStamp, outlived, timeOf } from './stamp.js';

/*
 * Folders of files under `certs/sets/<name>`, one of them in use by the link `certs/live/<name>`. Knows nothing of
 * certificates. Those who change something hold the lock.
 */

export interface SetFile extends Access {
  readonly file: string;
  readonly content: string;
}

/**
 * Writes a complete set, then puts it in use by one rename.
 * @param label ends the folder's name, after the time.
 */
export async function placeSet(
  folder: string,
  name: string,
  files: readonly SetFile[],
  { label, now }: { label: string; now: Date },
): Promise<void> {
  const home = await ensureHome(folder, name);
  const current = await currentSet(folder, name);
  const sets = await listSets(home);
  const set = `${nextStamp(sets.at(-1), now)}-${label}`;
  try {
    await ensureFolder(join(home, set), passable);
    for (const { file, content, ...access } of files) {
      await writeNewFile(join(home, set, file), content, access);
    }
    await syncFolder(join(home, set));
    await syncFolder(home);
  } catch (error) {
    await rm(join(home, set), { recursive: true, force: true });
    throw error;
  }
  await useSet(folder, name, set);
  const gone = outlived(sets, current ?? set, set);
  await Promise.all(gone.map((other) => rm(join(home, other), { recursive: true, force: true })));
}

/** Name of the set in use; undefined where there is none. */
export async function currentSet(folder: string, name: string): Promise<string | undefined> {
  const link = join(certificatePaths(folder).live, name);
  try {
    return basename(await readlink(link));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code !== 'EINVAL') throw error;
    throw new HermesError(
      'live-not-a-link',
      `${link} is not a symbolic link, so it cannot be swapped in one step`,
      'move it away; to use the files in it, import them with TLS=files',
    );
  }
}

/** Names of the sets older than the one in use, the nearest first. */
export async function earlierSets(folder: string, name: string): Promise<string[]> {
  const current = await currentSet(folder, name);
  if (!current) return [];
  const sets = await listSets(setFolder(folder, name));
  return sets.filter((set) => set < current).reverse();
}

export function setFolder(folder: string, name: string, set = ''): string {
  return join(certificatePaths(folder).sets, name, set);
}

/** Points the link in use at this set. The link is relative, so that the project can be moved or mounted elsewhere. */
export async function useSet(folder: string, name: string, set: string): Promise<void> {
  const { live } = certificatePaths(folder);
  await replaceLink(join(live, name), relative(live, setFolder(folder, name, set)));
}

async function ensureHome(folder: string, name: string): Promise<string> {
  const { live, sets } = certificatePaths(folder);
  const home = setFolder(folder, name);
  for (const path of [live, sets, home]) await ensureFolder(path, passable);
  return home;
}

/** Oldest first. */
async function listSets(home: string): Promise<string[]> {
  return (await readdir(home)).filter((set) => timeOf(set) !== undefined).sort();
}
