import { lchownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '../project.js';
import { containerOwner } from './group.js';
import { appUser } from './inside.js';

/*
 * The container that renews has to write what belongs to whoever runs our commands. Where that is root, certificates are
 * given to the image's own user instead, so that no container runs as root; root can still do everything with them.
 */

const isRoot = () => process.geteuid?.() === 0;

/** User and group of who renews. */
export function renewalUser(): string {
  const { uid, gid } = containerOwner();
  return `${uid}:${gid}`;
}

/** Gives certificates and keys to who renews; groups and modes stay. */
export function giveToRenewal({ certs }: Project): void {
  giveFolder(certs);
}

/** Gives a folder with all in it to who renews. @param gid group that it gets, too; absent: it keeps its own */
export function giveFolder(folder: string, gid?: number): void {
  if (!isRoot()) return;
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  for (const path of [folder, ...paths]) giveOne(path, gid);
}

/** Locks and files that are half written may go meanwhile. */
export function giveOne(path: string, gid = -1): void {
  try {
    lchownSync(path, appUser, gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
