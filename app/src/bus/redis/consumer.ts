import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../errors.js';
import { type RedisClient, whenReady } from '../../redis/address.js';
import type { Consumer, ConsumerHandler } from '../bus.js';
import { fromStreamId, type Keys, type StreamEntry, toEntries, toStreamId } from './entry.js';
import { ConsumerGroup } from './group.js';
import { InWork } from './in-work.js';

const batch = 500;
const block = '2000';
/** Batches in work at once: one is written while the next is read and prepared. */
const mostInWork = 2;
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
  /** Whether it was given something that it has not finished: at first an earlier run's, after a fault its own. */
  #unfinished = true;
  readonly #inWork = new InWork(mostInWork);
  #failing = false;
  readonly #finished: Promise<void>;

  constructor(options: RedisConsumerOptions) {
    this.#options = options;
    this.#redis = options.redis;
    this.#keys = options.keys;
    this.#group = new ConsumerGroup(options.keys, options.group);
    this.#finished = this.#run();
  }

  /** Lets the batches in work end. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    // A read that is waiting would hold the end up.
    this.#redis.disconnect();
    await this.#finished;
    // What it has not finished, and the consumer with it, is taken over by another.
    await this.#group.forget(this.#options.asking, 0, this.#name).catch(() => {});
  }

  async reached(id: string): Promise<void> {
    const deadline = Date.now() + patience;
    // While Redis is away nothing is known of it, and the caller has to go on as well.
    while (Date.now() < deadline && !(await this.#isDone(id).catch(() => false))) await delay(10);
  }

  async #run(): Promise<void> {
    let grouped = false;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await whenReady(this.#redis, signal);
      try {
        if (!grouped) await this.#group.create(this.#redis);
        grouped = true;
        await this.#step();
        this.#failing = false;
      } catch (error) {
        await this.#inWork.settled();
        if (signal.aborted) return;
        if (!this.#failing) this.#options.onFault(error);
        this.#failing = true;
        // The group is gone where Redis has lost its data.
        if (messageOf(error).includes('NOGROUP')) grouped = false;
        this.#unfinished = true;
        await delay(pause);
      }
    }
    await this.#inWork.settled();
  }

  /** One read; what was read is worked on while the next one is under way. */
  async #step(): Promise<void> {
    if (await this.#takeOver()) {
      await this.#inWork.done();
      this.#unfinished = true;
    }
    if (this.#unfinished) {
      const entries = await this.#read('0');
      if (entries.length > 0) return this.#take(entries);
      this.#unfinished = false;
    }
    // While there is work it is not waited for more: a fault of the work must not wait for it either.
    const entries = await this.#read('>', this.#inWork.size === 0 ? ['BLOCK', block] : []);
    if (entries.length > 0) await this.#inWork.add(this.#take(entries));
    else await this.#inWork.done();
  }

  /** @param from `0` for what it was given and has not finished, `>` for new entries */
  async #read(from: '0' | '>', waiting: readonly string[] = []): Promise<StreamEntry[]> {
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

  async #take(raw: readonly StreamEntry[]): Promise<void> {
    const { asking, handle } = this.#options;
    const rejected = await handle(toEntries(raw));
    for (const { entry, reason } of rejected) {
      const origin = ['id', entry.id, 'group', this.#options.group];
      const fields = [...origin, 'reason', reason, 'body', entry.message.body];
      await asking.xadd(this.#keys.dead, 'MAXLEN', '~', 10_000, '*', ...fields);
    }
    // The client that reads may be waiting for entries.
    await this.#group.finish(
      asking,
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
