import type { Target } from '../clients/client.js';
import type { Bench } from './bench.js';

/** A fault that has been made. */
export interface Scene {
  /** Where the clients of the row go; absent when the row has none. */
  readonly target?: Target;
  /** Where the others say what the row quotes, by name. */
  readonly said?: Readonly<Record<string, () => string | Promise<string>>>;
  /** Done once every client of the row is open. */
  readonly whenOpen?: () => Promise<void>;
  /**
   * Does what the third column says; then every client of the row gets through, to the same target or to the one
   * given back. Rejects when it was of no use. Absent where the fix cannot be tried here.
   */
  readonly cure?: (fix: Fix) => Promise<Target | undefined>;
}

/** The code in the third column that begins with these words. @throws Error when there is none */
export type Fix = (start: string) => string;

/** Makes a fault with the real parts. */
export type Provocation = (bench: Bench) => Promise<Scene>;

/** Provocations by the id of their row. */
export type Provocations = Readonly<Record<string, Provocation>>;
