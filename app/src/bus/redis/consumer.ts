import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../errors.js';
import { type RedisClient, whenReady } from '../../redis/client.js';
import type { Consumer, ConsumerHandler } from '../bus.js';
import { fromStreamId, type Keys, type StreamEntry, toEntries, toStreamId } from './entry.js';
import { ConsumerGroup } from './group.js';

const batch = 500;
const block = '2000';
const pause = 500;
/** Milliseconds for which a caller waits for an id. */
const patience = 2_000;

export interface RedisConsumerOptions {
  /** For blocking reads; it is closed with the consumer. */
  readonly redis: RedisClient;
  /** For questions: the other client is blocked most of the time. */
  readonly asking: RedisClient;
  readonly keys: Keys;
  readonly group: string;
  readonly handle: ConsumerHandler;
  /** Told once when entries cannot be taken, and again only after they could. */
  readonly onFault: (error: unknown) => void;
  /** Milliseconds after which a batch that its consumer has not finished is taken over: that one is dead. */
  readonly takeOverAfter: number;
  /** Milliseconds after which a consumer that is dead, and has left nothing, is forgotten. */
  readonly forgetAfter: number;
}

/**
 * A durable reader that is one of many: each entry goes to one consumer of the group, and stays with the group until
 * it is acknowledged. What a dead consumer left is taken over by another.
 */
export class RedisConsumer implements Consumer {
  readonly #options: RedisConsumerOptions;
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #group: ConsumerGroup;
  readonly #name = `${hostname()}-${randomUUID().slice(0, 8)}`;
  readonly #stopping = new AbortController();
  #lookedForDead = 0;
  #working = false;
  #failing = false;
  readonly #finished: Promise<void>;

  constructor(options: RedisConsumerOptions) {
    this.#options = options;
    this.#redis = options.redis;
    this.#keys = options.keys;
    this.#group = new ConsumerGroup(options.keys, options.group);
    this.#finished = this.#run();
  }

  /** Lets the batch in work end. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    // A read that is waiting would hold the end up; a batch in work is acknowledged by the time the loop ends.
    if (!this.#working) this.#redis.disconnect();
    await this.#finished;
    this.#redis.disconnect();
    // What it has not finished, and the consumer with it, is taken over by another.
    await this.#group.forget(this.#options.asking, 0, this.#name).catch(() => {});
  }

  async reached(id: string): Promise<void> {
    const deadline = Date.now() + patience;
    // While Redis is away nothing is known of it, and the caller has to go on as well.
    while (Date.now() < deadline && !(await this.#isDone(id).catch(() => false))) await delay(10);
  }

  async #run(): Promise<void> {
    // Own unfinished entries first, then new ones: `0` and `>` in XREADGROUP.
    let from = '0';
    let grouped = false;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await whenReady(this.#redis, signal);
      try {
        if (!grouped) await this.#group.create(this.#redis);
        grouped = true;
        if (await this.#takeOver()) from = '0';
        const entries = await this.#read(from);
        await this.#work(entries);
        if (entries.length === 0) from = '>';
        this.#failing = false;
      } catch (error) {
        if (signal.aborted) return;
        if (!this.#failing) this.#options.onFault(error);
        this.#failing = true;
        // The group is gone where Redis has lost its data.
        if (messageOf(error).includes('NOGROUP')) grouped = false;
        from = '0';
        await delay(pause);
      }
    }
  }

  async #read(from: string): Promise<StreamEntry[]> {
    const waiting = from === '>' ? ['BLOCK', block] : [];
    const reply = (await this.#redis.call(
      'XREADGROUP',
      ...['GROUP', this.#options.group, this.#name, 'COUNT', String(batch), ...waiting],
      ...['STREAMS', this.#keys.stream, from],
    )) as [string, StreamEntry[]][] | null;
    return reply?.[0]?.[1] ?? [];
  }

  /** @returns whether there is something to finish that another has begun */
  async #takeOver(): Promise<boolean> {
    const { takeOverAfter, forgetAfter } = this.#options;
    const now = Date.now();
    if (now - this.#lookedForDead < takeOverAfter) return false;
    this.#lookedForDead = now;
    const found = await this.#group.claim(this.#redis, this.#name, takeOverAfter);
    await this.#group.forget(this.#redis, forgetAfter);
    return found;
  }

  async #work(raw: readonly StreamEntry[]): Promise<void> {
    if (raw.length === 0) return;
    this.#working = true;
    try {
      await this.#take(raw);
    } finally {
      this.#working = false;
    }
  }

  async #take(raw: readonly StreamEntry[]): Promise<void> {
    const rejected = await this.#options.handle(toEntries(raw));
    for (const { entry, reason } of rejected) {
      const origin = ['id', entry.id, 'group', this.#options.group];
      const fields = [...origin, 'reason', reason, 'body', entry.message.body];
      await this.#redis.xadd(this.#keys.dead, 'MAXLEN', '~', 10_000, '*', ...fields);
    }
    await this.#group.finish(
      this.#redis,
      raw.map(([id]) => id),
    );
  }

  async #isDone(id: string): Promise<boolean> {
    const { asking, group } = this.#options;
    const wanted = toStreamId(id);
    const groups = (await asking.xinfo('GROUPS', this.#keys.stream)) as unknown[][];
    const own = groups.find((fields) => fields[fields.indexOf('name') + 1] === group) ?? [];
    const delivered = fromStreamId(String(own[own.indexOf('last-delivered-id') + 1] ?? '0'));
    if (delivered < id) return false;
    const pending = await asking.xpending(this.#keys.stream, group, '-', wanted, 1);
    return pending.length === 0;
  }
}
