import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'monitor-hermes');

/**
 * A folder in the user's cache, which is filled once and shared by all checkouts.
 * @param fill fills a draft beside it, so that half of it is never used
 */
export async function keptFolder(name: string, fill: (draft: string) => Promise<void>): Promise<string> {
  const place = join(cache, name);
  if (existsSync(place)) return place;
  await mkdir(dirname(place), { recursive: true });
  const draft = await mkdtemp(`${place}-draft-`);
  try {
    await fill(draft);
    await rename(draft, place);
  } catch (error) {
    // Another test run may have been faster.
    if (!existsSync(place)) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return place;
}
