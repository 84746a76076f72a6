import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds after which whoever waits gives up. */
export const patience = 30_000;

type Condition = () => boolean | Promise<boolean>;

/**
 * Waits until a condition holds; fails with what was expected, and waits no longer than needed.
 * @param interval milliseconds between two looks
 */
export async function until(
  condition: Condition,
  expected: () => string,
  limit = patience,
  interval = 2,
): Promise<void> {
  const deadline = Date.now() + limit;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${expected()}`);
    await pause(interval);
  }
}

/** What a promise gives, or a failure that says what did not happen. */
export async function within<T>(promise: Promise<T>, what: string, limit = patience): Promise<T> {
  const late = new AbortController();
  const tooLate = pause(limit, undefined, { signal: late.signal }).then(() => {
    throw new Error(`waited in vain for ${what}`);
  });
  tooLate.catch(() => {});
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    late.abort();
  }
}
