import { setImmediate } from 'node:timers/promises';
import type { Entry } from '../domain/message.js';

/** Milliseconds after which others get their turn: pings, handshakes and requests do not wait for a burst to end. */
const longestTurn = 10;

/**
 * Delivers entries one after another, and lets the rest of the process have its turn in between when there are many.
 * @param largest bytes of messages in one turn
 */
export async function inTurns(
  entries: readonly Entry[],
  largest: number,
  deliver: (entry: Entry) => void,
): Promise<void> {
  let [start, bytes] = [performance.now(), 0];
  for (const entry of entries) {
    if (bytes >= largest || performance.now() - start >= longestTurn) {
      await setImmediate();
      [start, bytes] = [performance.now(), 0];
    }
    deliver(entry);
    bytes += entry.message.body.length;
  }
}
