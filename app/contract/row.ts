import type { profiles } from './profiles.js';
import type { ContractSite, Need } from './way.js';

/** One thing that has to hold however the app is served. */
export interface Row {
  /** By which `differences.ts` and CONTRACT_ROWS name it. */
  readonly id: string;
  /** The fact, as a sentence. */
  readonly name: string;
  /** What it takes besides a URL; a way that cannot offer it does not run the row, and the grid shows that. */
  readonly needs?: readonly Need[];
  /** The settings of the site that it runs against; `usual` if nothing is said. */
  readonly profile?: keyof typeof profiles;
  /**
   * `alongside`: it takes long, and runs from the start beside the others. `alone`: it takes much, so no two ways do it
   * at once. `last`: it looks at what all of the others have left behind.
   */
  readonly pace?: 'alongside' | 'alone' | 'last';
  run(site: ContractSite): Promise<void>;
}
