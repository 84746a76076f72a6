import type { HeartbeatTimes } from './heartbeat.js';

/** A connection for which something may be due. */
export interface Ticking {
  /**
   * @param now milliseconds on a clock that only goes forward
   * @param date milliseconds since 1970
   */
  tick(now: number, date: number): void;
}

/** Milliseconds between two looks, at most: by so much a ping, or the end of a token, may be late. */
const longestTick = 1_000;

/**
 * Has all connections look at the clock now and then. One timer for all of them: timers of its own were a sixth of what
 * an idle connection kept in memory.
 */
export function startTicking(
  connections: Iterable<Ticking>,
  { ping, pong }: HeartbeatTimes,
): { stop(): void } {
  const timer = setInterval(
    () => {
      const [now, date] = [performance.now(), Date.now()];
      for (const connection of connections) connection.tick(now, date);
    },
    Math.min(longestTick, ping / 5, pong / 5),
  );
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
