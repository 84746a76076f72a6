/** Work that goes on beside that of its caller, bounded in number. */
export class InWork {
  readonly #works = new Set<Promise<void>>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#works.size;
  }

  /** Resolves when there is room for more; rejects when some work has failed. */
  async add(work: Promise<void>): Promise<void> {
    this.#works.add(work);
    work.then(
      () => this.#works.delete(work),
      () => {},
    );
    if (this.#works.size >= this.#most) await Promise.race(this.#works);
  }

  /** Resolves when all of it is done; rejects when some has failed. */
  async done(): Promise<void> {
    await Promise.all(this.#works);
  }

  /** Resolves when none goes on any more, whatever became of it, and forgets it. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#works);
    this.#works.clear();
  }
}
