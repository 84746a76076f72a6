import { setTimeout as pause } from 'node:timers/promises';

const tick = 20;

/**
 * Calls `send` with 0, 1, 2 … at a steady rate, for as long as it is wanted.
 * @returns how many there were, when all of them have ended
 */
export async function pace(
  rate: number,
  wanted: () => boolean,
  send: (n: number) => Promise<void>,
): Promise<number> {
  const start = performance.now();
  const sent: Promise<void>[] = [];
  while (wanted()) {
    const due = ((performance.now() - start) / 1_000) * rate;
    while (sent.length < due) sent.push(send(sent.length));
    await pause(tick);
  }
  await Promise.all(sent);
  return sent.length;
}
