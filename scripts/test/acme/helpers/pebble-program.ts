import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** Newer than Debian's: with profiles and ARI. */
const version = 'v2.10.1';
const module = 'github.com/letsencrypt/pebble/v2';
const programs = ['pebble', 'pebble-challtestsrv'] as const;

/**
 * Pebble, Let's Encrypt's small CA for tests, and its DNS server: built once from the Go module, kept in the user's
 * cache.
 */
export async function pebblePrograms(): Promise<{ readonly pebble: string; readonly dns: string }> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'monitor-hermes/pebble');
  const kept = join(cache, version);
  if (!programs.every((name) => existsSync(join(kept, name)))) await build(cache, kept);
  return { pebble: join(kept, programs[0]), dns: join(kept, programs[1]) };
}

/** Built beside its place and moved there, so that half of it is never used. */
async function build(cache: string, place: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(join(cache, 'draft-'));
  try {
    await execa('go', ['install', ...programs.map((name) => `${module}/cmd/${name}@${version}`)], {
      env: { GOBIN: draft, GOFLAGS: '-mod=mod', CGO_ENABLED: '0' },
    });
    await rename(draft, place);
  } catch (error) {
    // Another test run may have been faster.
    if (!existsSync(place)) throw new Error('Pebble could not be built\n  → install Go', { cause: error });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
