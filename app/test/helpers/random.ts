/** Random numbers that are the same in every run (mulberry32), so that what broke once breaks again. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 to one less than the bound. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** The bytes with a few of them changed, left out, doubled, or cut off. */
  mutate(bytes: Buffer): Buffer {
    let result = bytes;
    for (let count = 1 + this.below(4); count > 0; count -= 1) {
      const at = this.below(result.length + 1);
      const to = at + this.below(20);
      const [before, after] = [result.subarray(0, at), result.subarray(to)];
      result = this.pick([
        () => Buffer.concat([before, this.bytes(to - at), after]),
        () => Buffer.concat([before, after]),
        () => Buffer.concat([result.subarray(0, to), result.subarray(at)]),
        () => before,
      ])();
    }
    return result;
  }
}
