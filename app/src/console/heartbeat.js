// @ts-check

/**
 * Asks `ping` at a steady interval and times each `pong`. A page cannot see the server's own pings, so this is also how
 * it learns that a connection is dead although nothing closed it.
 */
export class Heartbeat {
  #interval;
  #patience;
  #ask;
  #lost;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  /** @type {number | undefined} */
  #askedAt;
  #heardAt = 0;

  /**
   * @param {object} options
   * @param {() => void} options.ask  Sends a ping.
   * @param {() => void} options.lost  Called once, when a ping stays unanswered and nothing else comes for too long.
   * @param {number} [options.interval]  Milliseconds between pings.
   * @param {number} [options.patience]  Milliseconds until an unanswered ping counts as lost.
   */
  constructor({ ask, lost, interval = 5_000, patience = 15_000 }) {
    this.#ask = ask;
    this.#lost = lost;
    this.#interval = interval;
    this.#patience = patience;
  }

  start() {
    this.stop();
    this.#timer = setInterval(() => this.#tick(), this.#interval);
    this.#tick();
  }

  stop() {
    clearInterval(this.#timer);
    this.#askedAt = undefined;
  }

  /** Any frame is a sign of life: while the server replays history, a pong waits its turn. */
  heard() {
    this.#heardAt = performance.now();
  }

  /** @returns {number | undefined} Milliseconds since the ping that this answers, if one was open. */
  answered() {
    if (this.#askedAt === undefined) return undefined;
    const roundTrip = performance.now() - this.#askedAt;
    this.#askedAt = undefined;
    return roundTrip;
  }

  #tick() {
    if (this.#askedAt === undefined) {
      this.#askedAt = performance.now();
      this.#ask();
    } else if (performance.now() - Math.max(this.#askedAt, this.#heardAt) >= this.#patience) {
      this.stop();
      this.#lost();
    }
  }
}
