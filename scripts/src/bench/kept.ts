import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ExecaError } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import { keptFolder } from '../packages/kept-folder.js';

/**
 * Something that is made once from files, and kept in the user's cache for as long as the files stay as they are.
 * @param name of it in the cache
 * @param files that it is made from
 * @param make fills a folder
 * @returns the folder
 * @throws HermesError `install-failed`
 */
export async function kept(
  name: string,
  files: readonly string[],
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file)).update('\0');
  const title = `bench/${name}-${hash.digest('hex').slice(0, 12)}`;
  return keptFolder(title, make).catch((error) => {
    throw failed(name, error);
  });
}

function failed(name: string, cause: unknown): HermesError {
  const text = cause instanceof ExecaError ? cause.stderr || cause.shortMessage : cause;
  return new HermesError(
    'install-failed',
    `${name} could not be made: ${String(text).trim().split('\n').at(-1)}`,
    'see that its package registry can be reached, then try again',
    { cause },
  );
}
