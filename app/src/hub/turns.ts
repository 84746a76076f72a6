import { setImmediate } from 'node:timers/promises';
import type { Entry } from '../domain/message.js';

/** Milliseconds after which others get their turn: pings, handshakes and requests do not wait for a burst to end. */
const longestTurn = 10;
/**
 * Bytes of messages in one turn. What is written leaves between turns, with TLS one turn later: all of it has to fit
 * into what may wait for a socket, or a burst would look like a slow reader.
 */
const largestTurn = 16 * 1024;

/** Delivers entries one after another, and lets the rest of the process have its turn in between when there are many. */
export async function inTurns(entries: readonly Entry[], deliver: (entry: Entry) => void): Promise<void> {
  let [start, bytes] = [performance.now(), 0];
  for (const entry of entries) {
    if (bytes >= largestTurn || performance.now() - start >= longestTurn) {
      await setImmediate();
      [start, bytes] = [performance.now(), 0];
    }
    deliver(entry);
    bytes += entry.message.body.length;
  }
}
