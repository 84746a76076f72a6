import { HermesError } from '../../../app/src/errors.js';
import type { Look } from './look.js';
import type { Release } from './release.js';

/** What the commands for a site are given: `HOST=…`, or `ENGINE=swarm HOST=…`. */
export type Given = 'HOST=…' | 'ENGINE=swarm HOST=…';

export const nothingDeployed = (given: Given): HermesError =>
  new HermesError('nothing-deployed', 'nothing was deployed there yet', `begin with: make deploy ${given}`);

export const imageGone = ({ id, image }: Pick<Release, 'id' | 'image'>, given: Given): HermesError =>
  new HermesError(
    'release-incomplete',
    `the image ${image} of ${id} is not there any more`,
    `deploy that revision: make deploy ${given} REF=…`,
  );

/** Which release serves, and which one did before. */
export interface Serving {
  readonly current?: string | undefined;
  readonly previous?: string | undefined;
}

/**
 * The release that a rollback leads to, of a host or of a swarm.
 * @param to its name, or the beginning or end of it that no other has; absent: the one before
 * @throws HermesError `nothing-deployed`, `no-earlier-release`, `release-unknown`, `release-serves`
 */
export function targetIn<R extends Pick<Release, 'id'>>(
  releases: readonly R[],
  { current, previous }: Serving,
  to: string | undefined,
  given: Given,
): R {
  const list = `\`make releases ${given}\` lists`;
  if (!current) throw nothingDeployed(given);
  const wanted = to ?? previous;
  if (!wanted)
    throw new HermesError('no-earlier-release', 'there is no release before this one', `${list} them`);
  const found = releases.filter(({ id }) => id.startsWith(wanted) || id.endsWith(wanted));
  const [release] = found;
  if (!release || found.length > 1)
    throw new HermesError(
      'release-unknown',
      found.length > 1
        ? `TO=${wanted} may be ${found.map(({ id }) => id).join(' or ')}`
        : `there is no release ${wanted} there`,
      `${list} them`,
    );
  if (release.id === current)
    throw new HermesError('release-serves', `${release.id} serves already`, `${list} the others`);
  return release;
}

/** The same for a host. @throws HermesError those of `targetIn`, and `release-incomplete` */
export function targetOf(
  look: Pick<Look, 'current' | 'previous' | 'releases' | 'images'>,
  to?: string,
): Release {
  const release = targetIn(look.releases, look, to, 'HOST=…');
  if (!look.images.has(release.image)) throw imageGone(release, 'HOST=…');
  return release;
}
