import type { Message } from '../../domain/message.js';
import { awayFrom } from '../../redis/away.js';
import type { RedisClient } from '../../redis/client.js';
import type { Receipt } from '../bus.js';
import { fromStreamId, type Keys, toFields } from './entry.js';

/** Adds an entry unless its dedupe key was seen; one script, so that two publishers cannot both add it. */
const script = `
if KEYS[2] then
  local known = redis.call('GET', KEYS[2])
  if known then return {known, 1} end
end
local id = redis.call('XADD', KEYS[1], '*', unpack(ARGV, 2))
if KEYS[2] then redis.call('SET', KEYS[2], id, 'PX', ARGV[1]) end
return {id, 0}`;

interface Scripted {
  hermesPublish(keyCount: number, ...args: string[]): unknown;
}

/**
 * Publishes in one round trip, however many messages there are.
 * @param window milliseconds for which a dedupe key is remembered
 */
export class RedisPublisher {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #window: string;

  constructor(redis: RedisClient, keys: Keys, window: number) {
    this.#redis = redis;
    this.#keys = keys;
    this.#window = String(window);
    redis.defineCommand('hermesPublish', { lua: script });
  }

  /** @throws HermesError `bus-unavailable` unless every message is in the stream */
  async publish(messages: readonly Message[]): Promise<Receipt[]> {
    if (messages.length === 0) return [];
    const away = awayFrom(this.#redis);
    // A Cluster that was never there would be waited for.
    if (this.#redis.status !== 'ready') away(new Error('no connection'));
    const pipeline = this.#redis.pipeline();
    for (const message of messages) {
      const key = message.kind === 'uplink' ? message.dedupeKey : undefined;
      const keys = key ? [this.#keys.stream, this.#keys.seen(key)] : [this.#keys.stream];
      const args = [...keys, this.#window, ...toFields(message)];
      (pipeline as unknown as Scripted).hermesPublish(keys.length, ...args);
    }
    const results = await pipeline.exec().catch(away);
    return (results ?? []).map(([error, reply]) => {
      if (error) return away(error);
      const [id, duplicate] = reply as [string, number];
      return { id: fromStreamId(id), duplicate: duplicate === 1 };
    });
  }
}
