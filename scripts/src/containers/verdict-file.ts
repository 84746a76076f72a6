import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';

/** In the memory of a container, shared by its process and its health check. */
const file = '/tmp/verdict';

/** Milliseconds after which a verdict tells nothing any more. */
const validity = 45_000;

/** @param verdict `ok`, or what was wrong */
export function writeVerdict(verdict: string): void {
  writeFileSync(`${file}.new`, verdict);
  renameSync(`${file}.new`, file);
}

/** The last verdict; one that was not renewed for a while tells nothing. */
export function readVerdict(): string {
  try {
    const age = Date.now() - statSync(file).mtimeMs;
    return age > validity ? `no look for ${Math.round(age / 1_000)} s` : readFileSync(file, 'utf8');
  } catch {
    return 'no look yet';
  }
}
