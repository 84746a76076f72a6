import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { HermesError } from '../../../app/src/errors.js';
import { ensureFolder } from './durable.js';
import { certificatePaths } from './layout.js';

/** Milliseconds. An installation takes a fraction of a second. */
const usualPatience = 20_000;
const staleAfter = 60_000;
/** A lock gets its content at once, unless its process was killed in between. */
const emptyAfter = 1_000;
const interval = 25;

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
    await acquire(file, patience);
    try {
      return await change();
    } finally {
      await rm(file, { force: true });
    }
  } catch (error) {
    throw explained(error, home);
  }
}

async function acquire(lock: string, patience: number): Promise<void> {
  const deadline = Date.now() + patience;
  for (;;) {
    try {
      return await writeFile(lock, `${hostname()} ${process.pid}`, { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    // Should two take over in the same instant, both go on: a swap is one rename even then.
    if (await isStale(lock)) await rm(lock, { force: true });
    else if (Date.now() > deadline) throw busy(lock, await ownerOf(lock));
    else await pause(interval);
  }
}

/** Left by a process that died: a pid of this host that is gone, or (from another host or container) an old file. */
async function isStale(lock: string): Promise<boolean> {
  const written = await stat(lock).catch(() => undefined);
  if (!written) return false;
  const age = Date.now() - written.mtimeMs;
  if (age > staleAfter) return true;
  const owner = await ownerOf(lock);
  if (owner === undefined) return false;
  if (owner === '') return age > emptyAfter;
  const [host, pid] = owner.split(' ');
  if (host !== hostname() || !pid) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

const ownerOf = (lock: string) => readFile(lock, 'utf8').catch(() => undefined);

function busy(lock: string, owner: string | undefined): HermesError {
  return new HermesError(
    'certs-busy',
    `another process (${owner || 'unknown'}) is changing certificates`,
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
