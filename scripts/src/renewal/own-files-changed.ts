import { lstatSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Settings } from '../../../app/src/settings/table.js';
import type { Project } from '../project.js';

/** Milliseconds: chain and key change one after the other, and half of a change is not worth a look. */
const settling = 2_000;

/**
 * Whether the operator has put other files in place of his own (`TLS=files`) since they were last looked at. By the
 * time of change, which no `cp -p` and no `tar` can set back, of files and of the links that lead to them.
 */
export function ownFilesChanged(
  { root }: Project,
  { TLS, SSL_CERTFILE, SSL_KEYFILE }: Settings,
  lastLook: Date | undefined,
  now: Date,
): boolean {
  if (TLS !== 'files' || !lastLook) return false;
  const files = [SSL_CERTFILE, SSL_KEYFILE].flatMap((file) => (file ? [resolve(root, file)] : []));
  const latest = Math.max(0, ...files.map(changeTime));
  return latest > lastLook.getTime() && now.getTime() - latest >= settling;
}

/** 0 for a file that cannot be seen: what is wrong with it is told at the next look. */
function changeTime(file: string): number {
  try {
    return Math.max(lstatSync(file).ctimeMs, statSync(file).ctimeMs);
  } catch {
    return 0;
  }
}
