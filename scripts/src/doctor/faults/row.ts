/** A fault, for who looks its code up. */
export interface Row {
  /** What is wrong. */
  readonly meaning: string;
  /** The next command, or what to do where there is none. A finding may have a better one, with paths and numbers. */
  readonly fix: string;
}

export const row = (meaning: string, fix: string): Row => ({ meaning, fix });
