import type { Entry } from '../domain/message.js';
import type { Bus } from './bus.js';

const page = 500;

/**
 * Feeds a reader every entry after `from`, in order and each once: first from the history, then live. One batch at a
 * time: while the reader is busy the rest waits in the bus, not in memory.
 * @returns a way to stop, which resolves when the batch in work is done, and a way to wait, within reason, for an id.
 */
export function follow(
  bus: Bus,
  from: string,
  read: (entries: readonly Entry[]) => Promise<void>,
  onFault: (error: unknown) => void,
): { stop(): Promise<void>; reached(id: string): Promise<void> } {
  let cursor = from;
  let stopped = false;
  let wake: (() => void) | undefined;
  const waiting = new Set<() => void>();
  const unsubscribe = bus.subscribe(() => wake?.());

  const run = async (): Promise<void> => {
    while (!stopped) {
      // The promise is made before reading, so that an entry that arrives in between is not slept through.
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      try {
        const entries = await bus.read(cursor, page);
        if (entries.length > 0) {
          await read(entries);
          cursor = entries.at(-1)?.id ?? cursor;
          for (const check of waiting) check();
          continue;
        }
      } catch (error) {
        onFault(error);
        setTimeout(() => wake?.(), retryDelay).unref();
      }
      if (!stopped) await woken;
    }
  };
  const finished = run();

  return {
    stop: async () => {
      stopped = true;
      unsubscribe();
      wake?.();
      await finished;
    },
    reached: (id) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          waiting.delete(check);
          resolve();
        };
        const check = () => {
          if (cursor >= id) done();
        };
        const timer = setTimeout(done, patience);
        waiting.add(check);
        check();
      }),
  };
}

/** Milliseconds until a reader that failed is tried again. */
const retryDelay = 1_000;
/** Milliseconds for which a caller waits for an id; a reader that is stuck must not take its callers with it. */
const patience = 2_000;
