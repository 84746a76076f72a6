import { join } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import { withFileLock } from '../file-lock.js';
import { ensureFolder } from './durable.js';
import { certificatePaths } from './layout.js';

/** Milliseconds. An installation takes a fraction of a second. */
const usualPatience = 20_000;

/**
 * Runs `change` while no other process changes certificates of the same project. Readers need no lock: every change
 * ends in one rename.
 * @param patience milliseconds to wait for the other
 * @throws HermesError `certs-busy` when another holds the lock for too long, `certs-not-writable` when the file
 * system refuses.
 */
export async function exclusively<T>(
  folder: string,
  change: () => Promise<T>,
  patience = usualPatience,
): Promise<T> {
  const { root } = certificatePaths(folder);
  return holding('.lock', [{ path: root, mode: 0o755 }], change, patience);
}

/**
 * Runs `change` while no other process holds the same lock.
 * @param lock name of a file in the last of the folders
 * @param folders made where they are not there yet, each within the one before it
 * @throws HermesError as `exclusively` does
 */
export async function holding<T>(
  lock: string,
  folders: readonly { path: string; mode: number }[],
  change: () => Promise<T>,
  patience = usualPatience,
): Promise<T> {
  const home = folders.at(-1)?.path ?? '';
  const file = join(home, lock);
  try {
    for (const { path, mode } of folders) await ensureFolder(path, mode);
    return await withFileLock(file, { limit: patience, busy: (pid) => busy(file, pid) }, change);
  } catch (error) {
    throw explained(error, home);
  }
}

function busy(lock: string, pid: number | undefined): HermesError {
  return new HermesError(
    'certs-busy',
    `another process (${pid === undefined ? 'of another host' : `pid ${pid}`}) is changing certificates`,
    `wait for it to end; if it is gone, delete ${lock}`,
  );
}

function explained(error: unknown, root: string): unknown {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return error;
  const { code, path = root } = error as NodeJS.ErrnoException;
  return new HermesError(
    'certs-not-writable',
    `certificates cannot be changed: ${path} (${code})`,
    `check that your user owns ${root} and that the disk has room`,
    { cause: error },
  );
}
