import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ensureFolder, passable, replaceFile, setAccess } from './durable.js';
import { livePath } from './layout.js';

export interface ServedCopyRequest {
  /** Of the project. */
  readonly folder: string;
  /** Of the certificate. */
  readonly name: string;
  /** Where the proxy reads. Its folder is made where absent; what is above must be there. */
  readonly path: string;
  /** Group of the proxy's workers; absent: only the owner reads. */
  readonly gid?: number | undefined;
}

/**
 * Copies `tls.pem` to where a proxy's workers can read it, who often cannot enter the project's folder. Replaces the
 * copy in one step.
 * @returns `kept` where the copy was up to date.
 * @throws HermesError `group-not-allowed`.
 */
export async function installServedCopy(request: ServedCopyRequest): Promise<'installed' | 'kept'> {
  const { folder, name, path, gid } = request;
  const access = { mode: gid === undefined ? 0o600 : 0o640, gid };
  const pem = await readFile(livePath(folder, name, 'tls'), 'utf8');
  const copy = await readFile(path, 'utf8').catch(() => undefined);
  if (copy === pem) {
    await setAccess(path, access);
    return 'kept';
  }
  await ensureFolder(dirname(path), passable);
  await replaceFile(path, pem, access);
  return 'installed';
}
