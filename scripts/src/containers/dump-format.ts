import { HermesError } from '../../../app/src/errors.js';

/*
 * What the app's container sends of what it keeps: a tar that begins with the names of its parts, goes on with the parts as
 * they are in a backup, and ends with a word of what was in them.
 */

export const dumpProgram = 'dist/scripts/src/containers/dump.js';
export const dumpParts = 'parts.json';
export const dumpEnd = 'end.json';

export interface DumpEnd {
  /** Of MongoDB; absent where it is not beside the app. */
  readonly documents?: number;
  /** Views and time series of MongoDB. */
  readonly leftOut: readonly string[];
}

/*
 * What a restore sends to a container of the app: a tar of the parts as they are in a backup, their list, and commands as
 * entries of their own; each is answered by a line.
 */

export const restoreProgram = 'dist/scripts/src/containers/take-back.js';
export const restoreList = 'entries.json';
export const commandFolder = 'do/';

export type RestoreCommand = 'look' | 'prepare' | 'swap' | 'undo' | 'discard';

export function damagedOnItsWay(): HermesError {
  return new HermesError(
    'backup-incomplete',
    'what the container sends has no end',
    'see `make logs`; then try again',
  );
}
