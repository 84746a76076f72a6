export interface HeartbeatTimes {
  /** Milliseconds between two pings. */
  readonly ping: number;
  /** Milliseconds that the peer has to answer. */
  readonly pong: number;
}

/**
 * When a peer is pinged, and when it is given up because no pong came in time. The first ping comes after a random part
 * of the interval, so that sockets which came together are not pinged together for ever.
 */
export class Heartbeat {
  readonly #times: HeartbeatTimes;
  #next: number;
  #deadline = Number.POSITIVE_INFINITY;

  /** @param now milliseconds on a clock that only goes forward */
  constructor(times: HeartbeatTimes, now: number) {
    this.#times = times;
    this.#next = now + Math.random() * times.ping;
  }

  /** What is due by now. */
  due(now: number): 'ping' | 'cut' | undefined {
    if (now >= this.#deadline) return 'cut';
    if (now < this.#next) return undefined;
    this.#next = now + this.#times.ping;
    if (this.#deadline === Number.POSITIVE_INFINITY) this.#deadline = now + this.#times.pong;
    return 'ping';
  }

  /** A pong has come. */
  answered(): void {
    this.#deadline = Number.POSITIVE_INFINITY;
  }
}
