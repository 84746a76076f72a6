// @ts-check

/** Milliseconds: the most that the first wait can take, and the most that any wait can take. */
export const firstCeiling = 1_000;
export const lastCeiling = 30_000;

/**
 * Exponential back-off with full jitter: any wait from zero to a ceiling that doubles with each attempt, so that clients
 * which lost their connection together do not come back together.
 *
 * @param {number} attempt  Attempts that failed in a row before this wait, from 0.
 * @param {() => number} [random]  From 0 up to, not including, 1.
 * @returns {number} Milliseconds.
 */
export function fullJitter(attempt, random = Math.random) {
  return Math.floor(random() * Math.min(lastCeiling, firstCeiling * 2 ** attempt));
}
