import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../../app/src/errors.js';
import { writeVerdict } from './verdict-file.js';

/** Milliseconds between two looks. */
export interface Intervals {
  readonly well: number;
  readonly ill: number;
}

/**
 * The life of a container that does nothing but look at something: again and again until it is told to stop, with a
 * verdict for its health check after each look, and a line whenever that changes.
 * @param look rejects with what is wrong
 */
export async function lookAgain(
  look: (signal: AbortSignal) => Promise<void>,
  intervals: Intervals,
): Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort());
  let before: string | undefined;
  while (!signal.aborted) {
    const verdict = await look(signal).then(() => 'ok', messageOf);
    writeVerdict(verdict);
    if (verdict !== before) say(verdict);
    before = verdict;
    await delay(verdict === 'ok' ? intervals.well : intervals.ill, undefined, { signal }).catch(() => {});
  }
}

/** A line of the container's log. */
export function say(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}
