import type { Writable } from 'node:stream';

/**
 * Gathers what is written to each connection within one turn of the event loop into one write: a system call for each
 * frame costs far more than the frame. The turn ends once the input at hand is dealt with, so nobody waits for more.
 */
export class WriteBatch {
  readonly most: number;
  readonly #held = new Set<Writable>();

  /** @param most bytes that one write may gather */
  constructor(most: number) {
    this.most = most;
  }

  /** From now until the turn ends, writes to the connection are gathered. */
  hold(connection: Writable): void {
    if (this.#held.has(connection)) {
      if (connection.writableLength < this.most) return;
      connection.uncork();
    }
    connection.cork();
    if (this.#held.size === 0) setImmediate(() => this.#release());
    this.#held.add(connection);
  }

  #release(): void {
    for (const connection of this.#held) connection.uncork();
    this.#held.clear();
  }
}
