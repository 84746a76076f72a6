/**
 * Frames that go to a socket one after another. Sockets that get the same frames share one run, and the bytes of it are
 * put together once: adding a frame allocates nothing for a receiver but the first.
 */
export class Run {
  /** What a socket has that waits for nothing. */
  static readonly empty = new Run(undefined, Buffer.alloc(0));

  /** Bytes of all its frames. */
  readonly length: number;
  readonly #previous: Run | undefined;
  readonly #frame: Buffer;
  /** The run with one more frame, the one that was asked for last: all receivers of a message come in a row. */
  #longer: Run | undefined;
  #bytes: Buffer | undefined;

  private constructor(previous: Run | undefined, frame: Buffer) {
    this.#previous = previous;
    this.#frame = frame;
    this.length = (previous?.length ?? 0) + frame.length;
  }

  with(frame: Buffer): Run {
    if (this.#longer === undefined || this.#longer.#frame !== frame) {
      this.#longer = new Run(this === Run.empty ? undefined : this, frame);
    }
    return this.#longer;
  }

  /** The frames in their order, in one piece. */
  get bytes(): Buffer {
    this.#bytes ??= this.#previous ? Buffer.concat(this.#frames()) : this.#frame;
    return this.#bytes;
  }

  #frames(): Buffer[] {
    const frames: Buffer[] = [];
    for (let run: Run | undefined = this; run; run = run.#previous) frames.push(run.#frame);
    return frames.reverse();
  }
}
