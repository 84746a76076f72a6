import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ExecaError } from 'execa';
import { HermesError } from '../../../app/src/errors.js';

/**
 * Something that is made once from files, and kept in the user's cache for as long as the files stay as they are. It is
 * made beside its place and moved there, so that half of it is never used.
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
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'monitor-hermes/bench');
  const place = join(cache, `${name}-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(place)) return place;
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(join(cache, 'draft-'));
  try {
    await make(draft);
    await rename(draft, place);
  } catch (error) {
    // Another run may have been faster.
    if (!existsSync(place)) throw failed(name, error);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return place;
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
