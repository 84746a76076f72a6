import { join, relative } from 'node:path';
import { certificatePaths } from '../certs/layout.js';
import type { Project } from '../project.js';
import { resolved } from '../render/traefik-certificates.js';
import { inside } from './inside.js';

/** Where the containers have a file of the certificates of a project, links followed. */
export function certificateInside({ root }: Project, path: string): string {
  const { root: here } = certificatePaths(root);
  const real = resolved(path);
  // Before there is a certificate, the path itself.
  const base = real === path ? here : resolved(here);
  return join(certificatePaths(inside.root).root, relative(base, real));
}
