/** Something with frames to write. */
export interface Writer {
  endRound(): void;
}

/** Milliseconds that a message may wait, at most, so that others can leave in the same write. */
export const longestWindow = 4;

/**
 * When sockets are written to. A system call for each message and socket costs far more than the message: what comes
 * within one round leaves each socket by one write. With nothing else to do, a round is the rest of this turn of the
 * event loop, so nobody waits; the more the last round cost, the longer the next one gathers, up to `longestWindow`.
 * So no more than half of the time goes into writing, until that takes longer than the window.
 */
export class Rounds {
  #writers: Writer[] = [];
  #ended = Number.NEGATIVE_INFINITY;
  #cost = 0;
  readonly #now: () => number;

  /** @param now milliseconds on a clock that only goes forward */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The writer is told when the round ends; it asks once a round. */
  join(writer: Writer): void {
    if (this.#writers.push(writer) > 1) return;
    const wait = this.#ended + Math.min(this.#cost, longestWindow) - this.#now();
    if (wait < 1) setImmediate(() => this.#end());
    else setTimeout(() => this.#end(), wait);
  }

  #end(): void {
    const begun = this.#now();
    const writers = this.#writers;
    this.#writers = [];
    for (const writer of writers) writer.endRound();
    this.#ended = this.#now();
    this.#cost = this.#ended - begun;
  }
}
