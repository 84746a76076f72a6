import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';

/** In memory, shared by the canary and the health check of its container. */
const file = '/tmp/canary';

/** Milliseconds between two looks of the canary. */
export const canaryInterval = 5_000;

/** @param verdict `ok`, or what was wrong */
export function writeVerdict(verdict: string): void {
  writeFileSync(`${file}.new`, verdict);
  renameSync(`${file}.new`, file);
}

/** The last verdict; one that the canary has not renewed for a while tells nothing. */
export function readVerdict(): string {
  try {
    const age = Date.now() - statSync(file).mtimeMs;
    return age > 4 * canaryInterval ? `no look for ${Math.round(age / 1_000)} s` : readFileSync(file, 'utf8');
  } catch {
    return 'no look yet';
  }
}
