import { setTimeout as delay } from 'node:timers/promises';
import { type RedisClient, whenReady } from '../../redis/client.js';
import type { Listener } from '../bus.js';
import { fromStreamId, type Keys, type StreamEntry, toEntries, toStreamId } from './entry.js';

/** Entries taken at once: enough to gather a burst, few enough not to hold up pings. */
const batch = 500;
/** Milliseconds for which Redis holds a read open. */
const block = '2000';
const pause = 200;

/**
 * The one reader of a process: everything after the newest entry at its start, in order. When Redis goes away and
 * comes back it goes on after the last entry it saw, so nothing is missing and nothing comes twice.
 */
export class RedisReader {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #deliver: Listener;
  readonly #onFault: (error: unknown) => void;
  #cursor: string | undefined;
  readonly #stopping = new AbortController();
  readonly #finished: Promise<void>;
  #failing: unknown;
  #tookPlace: () => void = () => {};
  /** Resolves when it knows after which entry it reads; from then on it misses nothing. */
  readonly placed = new Promise<void>((resolve) => {
    this.#tookPlace = resolve;
  });

  constructor(redis: RedisClient, keys: Keys, deliver: Listener, onFault: (error: unknown) => void) {
    this.#redis = redis;
    this.#keys = keys;
    this.#deliver = deliver;
    this.#onFault = onFault;
    this.#finished = this.#run();
  }

  /** Whether it knows after which entry it reads. */
  get isPlaced(): boolean {
    return this.#cursor !== undefined;
  }

  /** Why nothing can be read at the moment; undefined when it can. */
  get fault(): unknown {
    return this.#failing;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#redis.disconnect();
    await this.#finished;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await whenReady(this.#redis, signal);
      try {
        this.#cursor ??= await this.#newest();
        this.#tookPlace();
        await this.#read(this.#cursor);
        this.#failing = undefined;
      } catch (error) {
        if (signal.aborted) return;
        if (this.#failing === undefined) this.#onFault(error);
        this.#failing = error;
        await delay(pause);
      }
    }
  }

  async #newest(): Promise<string> {
    const [entry] = (await this.#redis.xrevrange(this.#keys.stream, '+', '-', 'COUNT', 1)) as StreamEntry[];
    return fromStreamId(entry?.[0] ?? '0');
  }

  async #read(cursor: string): Promise<void> {
    const reply = (await this.#redis.call(
      'XREAD',
      ...['COUNT', String(batch), 'BLOCK', block, 'STREAMS', this.#keys.stream, toStreamId(cursor)],
    )) as [string, StreamEntry[]][] | null;
    const entries = reply?.[0]?.[1] ?? [];
    const last = entries.at(-1);
    if (!last) return;
    this.#cursor = fromStreamId(last[0]);
    await this.#deliver(toEntries(entries));
  }
}
