import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ensureFolder, passable, replaceLink, setAccess, syncFolder, writeNewFile } from './durable.js';
import { livePath } from './layout.js';
import { nextStamp, outlived, timeOf } from './stamp.js';

export interface ServedCopyRequest {
  /** Of the project. */
  readonly folder: string;
  /** Of the certificate. */
  readonly name: string;
  /** Where the proxy reads. Its folder is made where absent; what is above must be there. */
  readonly path: string;
  /** Group of the proxy's workers; absent: only the owner reads. */
  readonly gid?: number | undefined;
  readonly now?: Date;
}

/**
 * Copies `tls.pem` to where a proxy's workers can read it, who often cannot enter the project's folder. The path is a
 * link to a file that never changes, as it is in `certs/live`, and the link is replaced in one step: who resolves it
 * first and then reads twice, as nginx does, reads the same twice.
 * @returns `kept` where the copy was up to date.
 * @throws HermesError `group-not-allowed`.
 */
export async function installServedCopy(request: ServedCopyRequest): Promise<'installed' | 'kept'> {
  const { folder, name, path, gid, now = new Date() } = request;
  const access = { mode: gid === undefined ? 0o600 : 0o640, gid };
  const pem = await readFile(livePath(folder, name, 'tls'), 'utf8');
  const copy = await readFile(path, 'utf8').catch(() => undefined);
  if (copy === pem) {
    await setAccess(path, access);
    return 'kept';
  }
  const home = dirname(path);
  await ensureFolder(home, passable);
  const copies = await listCopies(home);
  const current = await readlink(path).catch(() => '');
  const next = copyName(nextStamp(copies.at(-1), now));
  try {
    await writeNewFile(join(home, next), pem, access);
    await syncFolder(home);
    await replaceLink(path, next);
  } catch (error) {
    await rm(join(home, next), { force: true });
    throw error;
  }
  const gone = outlived(copies, current, next);
  await Promise.all(gone.map((other) => rm(join(home, other))));
  return 'installed';
}

const copyName = (stamp: string) => `tls-${stamp}.pem`;

/** Oldest first. */
async function listCopies(home: string): Promise<string[]> {
  const files = await readdir(home);
  return files.filter((file) => file.startsWith('tls-') && timeOf(file) !== undefined).sort();
}
