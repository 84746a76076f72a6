import { chownSync, lchownSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { certificatePaths } from '../certs/layout.js';
import type { Project } from '../project.js';
import type { Owner } from './group.js';

/**
 * Gives certificates, and what ACME needs to renew them, to the user of the container that renews: it swaps folders in
 * them. The local CA stays its owner's. Another user than root has nothing to give, and the container runs under it.
 */
export function giveCertificates({ root }: Project, { uid, gid }: Owner): void {
  if (process.getuid?.() !== 0) return;
  const paths = certificatePaths(root);
  // Locks and files that are half written may go meanwhile.
  const give = (path: string) => {
    try {
      lchownSync(path, uid, gid);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  };
  mkdirSync(paths.acme, { recursive: true, mode: 0o700 });
  chownSync(paths.root, uid, gid);
  for (const entry of readdirSync(paths.root, { withFileTypes: true })) {
    const path = join(paths.root, entry.name);
    if (path === paths.ca) continue;
    give(path);
    if (!entry.isDirectory()) continue;
    for (const one of readdirSync(path, { recursive: true, withFileTypes: true }))
      give(join(one.parentPath, one.name));
  }
}
