// @ts-check

/** Milliseconds that the rate looks back. */
const span = 10_000;

/** Counts messages, and how many came a second lately. Times are milliseconds on one clock. */
export class Rate {
  total = 0;
  /** @type {{ second: number, count: number }[]} */
  #buckets = [];

  /** @param {number} now */
  record(now) {
    this.total += 1;
    const second = Math.floor(now / 1_000);
    const last = this.#buckets.at(-1);
    if (last?.second === second) last.count += 1;
    else this.#buckets.push({ second, count: 1 });
  }

  /** @param {number} now */
  perSecond(now) {
    const oldest = Math.floor((now - span) / 1_000);
    this.#buckets = this.#buckets.filter(({ second }) => second > oldest);
    return this.#buckets.reduce((sum, { count }) => sum + count, 0) / (span / 1_000);
  }
}
