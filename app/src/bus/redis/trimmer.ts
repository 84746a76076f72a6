import { parseId } from '../../domain/message-id.js';
import type { RedisClient } from '../../redis/address.js';
import { fromStreamId, type Keys, type StreamEntry } from './entry.js';

/** Milliseconds between two trims. */
const interval = 1_000;
/** Entries trimmed at once. */
const batch = 1_000;

/**
 * Bounds the stream to the retention, but never takes away what a group has not acknowledged: while a store is away,
 * its backlog waits in the stream.
 */
export function startTrimmer(redis: RedisClient, keys: Keys, retention: number): { stop(): void } {
  const timer = setInterval(() => {
    trim(redis, keys, retention).catch(() => {
      // Redis is away; the reader has said so, and the next turn tries again.
    });
  }, interval);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** @returns whether there is more to trim */
export async function trim(redis: RedisClient, keys: Keys, retention: number): Promise<boolean> {
  const excess = (await redis.xlen(keys.stream)) - retention;
  if (excess <= 0) return false;
  const oldest = (await redis.xrange(
    keys.stream,
    '-',
    '+',
    'COUNT',
    Math.min(excess, batch),
  )) as StreamEntry[];
  const needed = await oldestNeeded(redis, keys);
  const removable = oldest
    .map(([id]) => fromStreamId(id))
    .filter((id) => needed === undefined || id < needed);
  const last = removable.at(-1);
  if (!last) return false;
  const { ms, sequence } = parseId(last) ?? { ms: 0, sequence: 0 };
  await redis
    .multi()
    .set(keys.trimmed, last)
    .call('XTRIM', keys.stream, 'MINID', `${ms}-${sequence + 1}`)
    .exec();
  return excess > batch;
}

/** The oldest entry that some group still has to acknowledge; undefined without groups. */
async function oldestNeeded(redis: RedisClient, keys: Keys): Promise<string | undefined> {
  const groups = (await redis.xinfo('GROUPS', keys.stream)) as unknown[][];
  const needs = await Promise.all(
    groups.map(async (fields) => {
      const name = String(fields[fields.indexOf('name') + 1]);
      const [pending] = (await redis.xpending(keys.stream, name, '-', '+', 1)) as [string][];
      if (pending) return fromStreamId(pending[0]);
      const delivered = parseId(String(fields[fields.indexOf('last-delivered-id') + 1])) ?? {
        ms: 0,
        sequence: 0,
      };
      return fromStreamId(`${delivered.ms}-${delivered.sequence + 1}`);
    }),
  );
  return needs.sort()[0];
}
