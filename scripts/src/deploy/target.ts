import { HermesError } from '../../../app/src/errors.js';
import type { Look } from './look.js';
import type { Release } from './release.js';

/**
 * The release that a rollback leads to.
 * @param to its name, or the beginning or end of it that no other has; absent: the one before
 * @throws HermesError `nothing-deployed`, `no-earlier-release`, `release-unknown`, `release-serves`, `release-incomplete`
 */
export function targetOf(
  look: Pick<Look, 'current' | 'previous' | 'releases' | 'images'>,
  to?: string,
): Release {
  const { current, previous, releases, images } = look;
  if (!current)
    throw new HermesError(
      'nothing-deployed',
      'nothing was deployed there yet',
      'begin with: make deploy HOST=…',
    );
  if (!to && !previous)
    throw new HermesError(
      'no-earlier-release',
      'there is no release before this one',
      '`make releases HOST=…` lists them',
    );
  const wanted = to ?? previous ?? '';
  const found = releases.filter(({ id }) => id === wanted || id.startsWith(wanted) || id.endsWith(wanted));
  const [release] = found;
  if (!release || found.length > 1)
    throw new HermesError(
      'release-unknown',
      found.length > 1
        ? `TO=${wanted} may be ${found.map(({ id }) => id).join(' or ')}`
        : `there is no release ${wanted} there`,
      '`make releases HOST=…` lists them',
    );
  if (release.id === current)
    throw new HermesError(
      'release-serves',
      `${release.id} serves already`,
      '`make releases HOST=…` lists the others',
    );
  if (!images.has(release.image))
    throw new HermesError(
      'release-incomplete',
      `the image ${release.image} of ${release.id} is not there any more`,
      'deploy that revision: make deploy HOST=… REF=…',
    );
  return release;
}
