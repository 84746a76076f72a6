import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import { atLeast } from '../render/version.js';
import { findExecutable } from './find.js';
import { tools } from './tools.js';
import { buildTraefik } from './traefik-build.js';

/** The oldest that the configuration is written for: it cleans paths before it chooses a router. */
const oldest = '3.6.0';

/** What is built where there is none on PATH, and the checksum of its module. */
export const release = {
  version: '3.6.12',
  sum: 'h1:6pe4s7aaDTQs+AsF7KP3sM/xnq7zOVvibRQe5tw9eFo=',
} as const;

/**
 * The path of Traefik: the one on PATH, else one that is built with Go from its module and kept in the user's cache.
 * @param say told what takes a while, before it begins
 * @throws HermesError `tool-missing`, which says what to install, or `install-failed`
 */
export async function ensureTraefik(say: (line: string) => void): Promise<string> {
  const present = findExecutable('traefik');
  const version =
    present && parseTraefikVersion((await execa(present, ['version'], { reject: false })).stdout);
  if (present && version && atLeast(version, oldest)) return present;
  const kept = builtTraefik();
  if (existsSync(kept)) return kept;
  const go = findExecutable('go', tools.go.paths);
  if (!go) {
    throw new HermesError(
      'tool-missing',
      version
        ? `Traefik on PATH is ${version}, but ${oldest} is the oldest that will do, and there is no Go to build another`
        : 'traefik is missing, and so is Go to build it',
      `put the \`traefik\` of https://github.com/traefik/traefik/releases (3.6 or later) on PATH, or install Go 1.21 or later; or use PROXY=nginx`,
    );
  }
  say(`building Traefik ${release.version} with Go, once; this takes some minutes`);
  return buildTraefik(go, release, kept);
}

/** Where the one that is built is kept. */
export function builtTraefik(): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'monitor-hermes/traefik', `v${release.version}`, 'traefik');
}

/** Reads the output of `traefik version`; undefined where it names none, as a build of one's own may not. */
export function parseTraefikVersion(output: string): string | undefined {
  return /^Version:\s+v?(\d+\.\d+\.\d+)/m.exec(output)?.[1];
}
