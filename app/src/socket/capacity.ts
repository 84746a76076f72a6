import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { type Refusal, refuse } from './admission.js';

export interface CapacityLimits {
  readonly maxConnections: number;
  readonly connectionsPerAddress: number;
  readonly handshakesPerSecond: number;
}

/** Seconds over which a burst of handshakes is spread. */
const burstWindow = 5;

/** Counts sockets, in all and by address, and says when there is no room for another. */
export class Capacity {
  readonly #limits: CapacityLimits;
  readonly #byAddress = new Map<string, number>();
  readonly #rate: BurstyRateLimiter;
  #total = 0;
  #draining = false;

  constructor(limits: CapacityLimits) {
    this.#limits = limits;
    const rate = limits.handshakesPerSecond;
    this.#rate = new BurstyRateLimiter(
      new RateLimiterMemory({ keyPrefix: 'rate', points: rate, duration: 1 }),
      new RateLimiterMemory({ keyPrefix: 'burst', points: 2 * rate, duration: burstWindow }),
    );
  }

  get total(): number {
    return this.#total;
  }

  /** From now on new handshakes are sent to another instance. */
  drain(): void {
    this.#draining = true;
  }

  get draining(): boolean {
    return this.#draining;
  }

  async check(address: string): Promise<Refusal | undefined> {
    if (this.#draining) return refuse(503, 'the server is restarting', 'connect again in a moment', 1);
    if (this.#total >= this.#limits.maxConnections) {
      return refuse(503, 'the server holds as many sockets as it may', 'connect again later', 5);
    }
    if ((this.#byAddress.get(address) ?? 0) >= this.#limits.connectionsPerAddress) {
      return refuse(
        429,
        'too many sockets from this address',
        'close some, or raise CONNECTIONS_PER_ADDRESS',
        5,
      );
    }
    try {
      await this.#rate.consume(address);
      return undefined;
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      return refuse(429, 'too many handshakes from this address', 'connect again later, with back-off', 1);
    }
  }

  enter(address: string): void {
    this.#total += 1;
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
  }

  leave(address: string): void {
    this.#total -= 1;
    const rest = (this.#byAddress.get(address) ?? 1) - 1;
    if (rest > 0) this.#byAddress.set(address, rest);
    else this.#byAddress.delete(address);
  }
}
