import { setTimeout as delay } from 'node:timers/promises';

/**
 * An action that runs when it is asked for, but never twice at once, and with a pause after each run: whatever is asked
 * for meanwhile becomes one further run.
 * @param pause milliseconds
 * @param action must not reject
 * @returns asks for it
 */
export function merged(action: () => Promise<void>, pause: number): () => void {
  let asked = false;
  let running = false;
  const run = async () => {
    running = true;
    while (asked) {
      asked = false;
      await action();
      await delay(pause);
    }
    running = false;
  };
  return () => {
    asked = true;
    if (!running) void run();
  };
}
