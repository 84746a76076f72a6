import { isAlive, type ProcessIdentity } from './process-identity.js';

/** Workers of nginx that a reload replaced, by generation, the oldest first: each ends with its last connection. */
export type OldWorkers = readonly (readonly ProcessIdentity[])[];

/** Generations of which some worker still runs. */
export function stillRunning(generations: OldWorkers): OldWorkers {
  return generations.map((workers) => workers.filter(isAlive)).filter(({ length }) => length > 0);
}
