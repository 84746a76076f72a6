import { setTimeout as delay } from 'node:timers/promises';
import type { Entry, Message } from '../../domain/message.js';
import { describeAddress, type RedisAddress } from '../../redis/address.js';
import { awayFrom, describeAway } from '../../redis/away.js';
import { connectRedis, type RedisClient, whenReady } from '../../redis/client.js';
import type { Bus, Consumer, ConsumerHandler, Listener, Receipt, Span } from '../bus.js';
import { RedisConsumer } from './consumer.js';
import { fromStreamId, type Keys, keysOf, type StreamEntry, toEntries, toStreamId } from './entry.js';
import { RedisPublisher } from './publisher.js';
import { RedisReader } from './reader.js';
import { startTrimmer } from './trimmer.js';

export interface RedisBusOptions {
  readonly address: RedisAddress;
  /** Sets installations apart that share a Redis. */
  readonly prefix: string;
  /** Entries kept. */
  readonly retention: number;
  /** Milliseconds for which a dedupe key is remembered. */
  readonly dedupeWindow: number;
  /** Told once when Redis goes away, or is not there at the start. */
  readonly onFault: (error: unknown) => void;
  /** Milliseconds after which a batch that its consumer has not finished is taken over; 15 s when not given. */
  readonly takeOverAfter?: number;
  /** Milliseconds after which a dead consumer that has left nothing is forgotten; 10 minutes when not given. */
  readonly forgetAfter?: number;
}

const takeOverAfter = 15_000;
/** Milliseconds; a consumer that lives asks every other second. */
const forgetAfter = 600_000;

/** The bus of several instances: a Redis stream (Redis 6.2 or later). Ids are the stream's. */
export class RedisBus implements Bus {
  /** For commands that answer at once; blocking ones have clients of their own. */
  readonly client: RedisClient;
  readonly #options: RedisBusOptions;
  readonly #keys: Keys;
  readonly #publisher: RedisPublisher;
  readonly #reader: RedisReader;
  readonly #trimmer: { stop(): void };
  readonly #listeners = new Set<Listener>();
  /** Throws what callers expect when a command could not be carried out. */
  readonly #away: (error: unknown) => never;

  constructor(options: RedisBusOptions) {
    this.#options = options;
    this.#keys = keysOf(options.prefix);
    this.client = connectRedis(options.address);
    this.#away = awayFrom(this.client);
    this.#publisher = new RedisPublisher(this.client, this.#keys, options.dedupeWindow);
    const deliver = async (entries: readonly Entry[]) => {
      await Promise.all([...this.#listeners].map((listener) => listener(entries)));
    };
    this.#reader = new RedisReader(connectRedis(options.address), this.#keys, deliver, (error) =>
      this.#tell(error),
    );
    this.#trimmer = startTrimmer(this.client, this.#keys, options.retention);
  }

  /** Waits for Redis, but not for long: an instance that starts while Redis is away serves what it can. */
  async connected(patience: number): Promise<void> {
    const ready = Promise.all([whenReady(this.client), this.#reader.placed]);
    await Promise.race([ready, delay(patience, undefined, { ref: false })]);
    if (this.client.status !== 'ready') this.#tell(new Error('no connection yet'));
  }

  publish(messages: readonly Message[]): Promise<Receipt[]> {
    return this.#publisher.publish(messages);
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async read(after: string, limit: number): Promise<Entry[]> {
    // A replay that ended before the reader begins somewhere would leave a gap in between.
    if (!this.#reader.isPlaced) this.#away(new Error('no connection yet'));
    const { stream } = this.#keys;
    const raw = await this.client
      .xrange(stream, `(${toStreamId(after)}`, '+', 'COUNT', limit)
      .catch(this.#away);
    return toEntries(raw as StreamEntry[]);
  }

  async span(): Promise<Span> {
    const { stream, trimmed: trimmedKey } = this.#keys;
    const [first, last, trimmed] = await Promise.all([
      this.client.xrange(stream, '-', '+', 'COUNT', 1),
      this.client.xrevrange(stream, '+', '-', 'COUNT', 1),
      this.client.get(trimmedKey),
    ]).catch(this.#away);
    const oldest = first[0] && fromStreamId(first[0][0]);
    const newest = last[0] ? fromStreamId(last[0][0]) : (trimmed ?? undefined);
    return { ...(oldest && { oldest }), ...(newest && { newest }), ...(trimmed && { trimmed }) };
  }

  consume(group: string, handle: ConsumerHandler, onFault: (error: unknown) => void): Consumer {
    return new RedisConsumer({
      redis: connectRedis(this.#options.address),
      asking: this.client,
      keys: this.#keys,
      group,
      handle,
      onFault,
      takeOverAfter: this.#options.takeOverAfter ?? takeOverAfter,
      forgetAfter: this.#options.forgetAfter ?? forgetAfter,
    });
  }

  async ready(): Promise<void> {
    await this.client.ping().catch(this.#away);
    if (this.#reader.fault !== undefined) this.#away(this.#reader.fault);
    if (!this.#reader.isPlaced) this.#away(new Error('no connection yet'));
  }

  async close(): Promise<void> {
    this.#trimmer.stop();
    await this.#reader.stop();
    this.client.disconnect();
  }

  #tell(error: unknown): void {
    const { address, onFault } = this.#options;
    onFault(describeAway(this.client, describeAddress(address), error));
  }
}
