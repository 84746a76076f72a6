import { messageOf } from '../../errors.js';
import type { RedisClient } from '../../redis/client.js';
import type { Keys } from './entry.js';

/** Entries claimed at once. */
const batch = '500';

/**
 * Removes consumers that have been idle for so long, if they have nothing unfinished: with a consumer Redis forgets
 * what it was given. One script, so that none of them gets an entry in between.
 */
const removeScript = `
for _, fields in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local consumer = {}
  for at = 1, #fields, 2 do consumer[fields[at]] = fields[at + 1] end
  local wanted = ARGV[3] == '' or ARGV[3] == consumer.name
  if wanted and consumer.pending == 0 and consumer.idle >= tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
  end
end`;

/** What the consumers of a group do besides reading. */
export class ConsumerGroup {
  readonly #keys: Keys;
  readonly #name: string;

  constructor(keys: Keys, name: string) {
    this.#keys = keys;
    this.#name = name;
  }

  /** A new group begins with the oldest entry; one that exists stays as it is. */
  async create(redis: RedisClient): Promise<void> {
    try {
      await redis.xgroup('CREATE', this.#keys.stream, this.#name, '0', 'MKSTREAM');
    } catch (error) {
      if (!messageOf(error).includes('BUSYGROUP')) throw error;
    }
  }

  /**
   * Gives a consumer what others, or it itself, were given so many milliseconds ago and have not finished.
   * @returns whether there was any
   */
  async claim(redis: RedisClient, consumer: string, idle: number): Promise<boolean> {
    let [cursor, found] = ['0-0', false];
    do {
      const [next, ids] = (await redis.call(
        'XAUTOCLAIM',
        ...[this.#keys.stream, this.#name, consumer, String(idle), cursor, 'COUNT', batch, 'JUSTID'],
      )) as [string, string[]];
      cursor = next;
      found ||= ids.length > 0;
    } while (cursor !== '0-0');
    return found;
  }

  /**
   * Forgets consumers that have nothing unfinished: each start of an instance makes a new one.
   * @param idle milliseconds since it last asked for entries
   * @param only name of the only one that is meant
   */
  async forget(redis: RedisClient, idle: number, only = ''): Promise<void> {
    await redis.eval(removeScript, 1, this.#keys.stream, this.#name, String(idle), only);
  }

  /** Acknowledges entries: the group is done with them. */
  async finish(redis: RedisClient, ids: readonly string[]): Promise<void> {
    await redis.xack(this.#keys.stream, this.#name, ...ids);
  }
}
