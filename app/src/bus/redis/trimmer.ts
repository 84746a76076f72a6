import { setTimeout as delay } from 'node:timers/promises';
import { parseId } from '../../domain/message-id.js';
import type { RedisClient } from '../../redis/client.js';
import { fromStreamId, type Keys, type StreamEntry, toStreamId } from './entry.js';

/** Milliseconds between two looks. */
const interval = 1_000;
/** Entries trimmed at once: few enough not to hold up others that wait for Redis. */
const batch = 1_000;

/** Trims up to an id and notes it, in one step: of two instances the slower one must not set the note back. */
const script = `
local known = redis.call('GET', KEYS[2])
if not known or known < ARGV[1] then redis.call('SET', KEYS[2], ARGV[1]) end
return redis.call('XTRIM', KEYS[1], 'MINID', ARGV[2])`;

/**
 * Bounds the stream to the retention, but never takes away what a group has not acknowledged: while a store is away,
 * its backlog waits in the stream.
 */
export function startTrimmer(redis: RedisClient, keys: Keys, retention: number): { stop(): void } {
  const stopping = new AbortController();
  const run = async () => {
    while (!stopping.signal.aborted) {
      // While Redis is away the reader says so, and the next turn tries again.
      const more = await trim(redis, keys, retention).catch(() => false);
      if (!more) await delay(interval, undefined, { ref: false, signal: stopping.signal }).catch(() => {});
    }
  };
  void run();
  return { stop: () => stopping.abort() };
}

/** @returns whether there is more to trim */
export async function trim(redis: RedisClient, keys: Keys, retention: number): Promise<boolean> {
  const excess = (await redis.xlen(keys.stream)) - retention;
  if (excess <= 0) return false;
  const count = Math.min(excess, batch);
  const oldest = (await redis.xrange(keys.stream, '-', '+', 'COUNT', count)) as StreamEntry[];
  const needed = await oldestNeeded(redis, keys);
  const removable = oldest
    .map(([id]) => fromStreamId(id))
    .filter((id) => needed === undefined || id < needed);
  const last = removable.at(-1);
  if (!last) return false;
  await redis.eval(script, 2, keys.stream, keys.trimmed, last, after(last));
  return excess > batch && removable.length === oldest.length;
}

/** The oldest entry that some group still has to acknowledge; undefined without groups. */
async function oldestNeeded(redis: RedisClient, keys: Keys): Promise<string | undefined> {
  const groups = (await redis.xinfo('GROUPS', keys.stream)) as unknown[][];
  const needs = await Promise.all(
    groups.map(async (fields) => {
      const name = String(fields[fields.indexOf('name') + 1]);
      const [pending] = (await redis.xpending(keys.stream, name, '-', '+', 1)) as [string][];
      if (pending) return fromStreamId(pending[0]);
      return fromStreamId(after(String(fields[fields.indexOf('last-delivered-id') + 1])));
    }),
  );
  return needs.sort()[0];
}

/** The next id that the stream could have. */
function after(id: string): string {
  const { ms, sequence } = parseId(id) ?? { ms: 0, sequence: 0 };
  return toStreamId(`${ms}-${sequence + 1}`);
}
