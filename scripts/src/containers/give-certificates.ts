import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { certificatePaths } from '../certs/layout.js';
import type { Project } from '../project.js';
import { containerGroup } from './group.js';
import { giveFolder, giveOne } from './renewal-access.js';

/**
 * Gives certificates, and what ACME needs to renew them, to the user of the container that renews: it swaps folders in
 * them. The local CA stays its owner's. Another user than root has nothing to give, and the container runs under it.
 */
export function giveCertificates({ root }: Project): void {
  if (process.getuid?.() !== 0) return;
  const { acme, ca, root: certs } = certificatePaths(root);
  const gid = containerGroup();
  mkdirSync(acme, { recursive: true, mode: 0o700 });
  giveOne(certs, gid);
  for (const entry of readdirSync(certs, { withFileTypes: true })) {
    const path = join(certs, entry.name);
    if (path === ca) continue;
    if (entry.isDirectory()) giveFolder(path, gid);
    else giveOne(path, gid);
  }
}
