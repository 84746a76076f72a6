import { writeVerdict } from './verdict-file.js';

/** Milliseconds. */
const interval = 10_000;

/** For the health check of a process that looks seldom: it lives, and answers signals. */
export function sayAlive(signal: AbortSignal): void {
  writeVerdict('ok');
  const timer = setInterval(() => writeVerdict('ok'), interval);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
