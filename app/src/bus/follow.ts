import type { Entry } from '../domain/message.js';
import type { Bus } from './bus.js';

const page = 500;
/** Bytes of messages that gather at most: a batch is in memory, twice for a moment. */
const mostGathered = 256 * 1024;

/**
 * Feeds a reader every entry after `from`, in order and each once: first from the history, then live. One batch at a
 * time: while the reader is busy the rest waits in the bus, not in memory.
 * @param gather milliseconds for which entries gather after each batch, unless they become large, or somebody waits for one
 * @returns a way to stop, which resolves when the batch in work is done, and a way to wait, within reason, for an id.
 */
export function follow(
  bus: Bus,
  from: string,
  read: (entries: readonly Entry[]) => Promise<void>,
  onFault: (error: unknown) => void,
  gather = 0,
): { stop(): Promise<void>; reached(id: string): Promise<void> } {
  let cursor = from;
  let stopped = false;
  let wake: (() => void) | undefined;
  let hurry: (() => void) | undefined;
  const waiting = new Set<() => void>();
  let bytes = 0;
  const unsubscribe = bus.subscribe((entries) => {
    wake?.();
    if (gather === 0) return;
    for (const { message } of entries) bytes += message.body.length;
    if (bytes >= mostGathered) hurry?.();
  });

  const gathered = () =>
    new Promise<void>((resolve) => {
      if (gather === 0 || stopped || waiting.size > 0 || bytes >= mostGathered) return resolve();
      const timer = setTimeout(resolve, gather);
      hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async (): Promise<void> => {
    while (!stopped) {
      // The promise is made before reading, so that an entry that arrives in between is not slept through.
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      try {
        bytes = 0;
        const entries = await bus.read(cursor, page);
        if (entries.length > 0) {
          await read(entries);
          cursor = entries.at(-1)?.id ?? cursor;
          for (const check of waiting) check();
          if (entries.length < page) await gathered();
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
      hurry?.();
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
        if (waiting.size > 0) hurry?.();
      }),
  };
}

/** Milliseconds until a reader that failed is tried again. */
const retryDelay = 1_000;
/** Milliseconds for which a caller waits for an id; a reader that is stuck must not take its callers with it. */
const patience = 2_000;
/**
 * Milliseconds for which messages gather for the history on disk: each transaction forces the disk to write, and so
 * holds up those that publish. Nothing is at risk meanwhile, for the bus has them.
 */
export const storeEvery = 100;
