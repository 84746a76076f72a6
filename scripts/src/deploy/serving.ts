import type { Look } from './look.js';
import type { Release } from './release.js';
import { nothingDeployed } from './target.js';

/** The release that serves on a host. @throws HermesError `nothing-deployed` */
export function servingRelease({ current, releases }: Pick<Look, 'current' | 'releases'>): Release {
  const release = releases.find(({ id }) => id === current);
  if (release) return release;
  throw nothingDeployed('HOST=…');
}
