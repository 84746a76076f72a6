import { randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, open, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';

/*
 * Writing that survives a power cut and is never seen half done: sync the content, rename it into place, sync the
 * folder that holds the name (rename(2), fsync(2)).
 */

export interface Access {
  readonly mode: number;
  /** Group that owns the file; absent: the one the process gives. */
  readonly gid?: number | undefined;
}

/** For folders: others, such as a proxy's workers, pass through to a file that they may read, but list nothing. */
export const passable = 0o711;

/** Writes a file that must not exist yet. */
export async function writeNewFile(path: string, content: string, access: Access): Promise<void> {
  // Never wider than the owner until the group is right, and exact whatever the umask.
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await setAccess(path, access);
}

/** Replaces a file, or makes it, in one step for its readers. */
export async function replaceFile(path: string, content: string, access: Access): Promise<void> {
  const beside = besides(path);
  try {
    await writeNewFile(beside, content, access);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Points a symbolic link elsewhere, or makes it, in one step for its readers. */
export async function replaceLink(path: string, target: string): Promise<void> {
  const beside = besides(path);
  try {
    await symlink(target, beside);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** @throws HermesError `group-not-allowed` where the process may not give files to that group. */
export async function setAccess(path: string, { mode, gid }: Access): Promise<void> {
  if (gid !== undefined) {
    try {
      await chown(path, process.geteuid?.() ?? -1, gid);
    } catch (cause) {
      throw new HermesError(
        'group-not-allowed',
        `${path} cannot be given to group ${gid}, whose members must read it`,
        'run this as root, or make your user a member of that group',
        { cause },
      );
    }
  }
  await chmod(path, mode);
}

/** Makes a folder with exactly this mode, whatever the umask; one that exists is left as it is. */
export async function ensureFolder(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  await chmod(path, mode);
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** A hidden name in the same folder, hence on the same file system, which rename needs. */
function besides(path: string): string {
  return join(dirname(path), `.${randomUUID()}`);
}
