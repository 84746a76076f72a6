import { lchownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '../project.js';
import { appUser } from './inside.js';

/*
 * The container that renews has to write what belongs to whoever runs our commands. Where that is root, certificates are
 * given to the image's own user instead, so that no container runs as root; root can still do everything with them.
 */

const isRoot = () => process.geteuid?.() === 0;

/** User and group of who renews. */
export function renewalUser(): string {
  return isRoot() ? `${appUser}:${appUser}` : `${process.geteuid?.()}:${process.getegid?.()}`;
}

/** Gives certificates and keys to who renews; groups and modes stay. */
export function giveToRenewal({ certs }: Project): void {
  giveFolder(certs);
}

/** Gives a folder with all in it to who renews. One that is not there is nobody's. */
export function giveFolder(folder: string): void {
  if (!isRoot()) return;
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  for (const path of [folder, ...paths]) giveOne(path);
}

/** Locks and files that are half written may go meanwhile. */
function giveOne(path: string): void {
  try {
    lchownSync(path, appUser, -1);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
