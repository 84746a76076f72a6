import { execFileSync } from 'node:child_process';

/** The group of nginx's workers in tests; undefined where they run as who starts nginx, since that is not root. */
export const workersGid =
  process.getuid?.() === 0 ? Number(execFileSync('id', ['-g', 'nobody'], { encoding: 'utf8' })) : undefined;
