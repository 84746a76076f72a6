import { waitBefore } from '../../../src/acme/allowance.js';
import type { LedgerEvent } from '../../../src/acme/ledger-file.js';
import { limitsFor } from '../../../src/acme/limits.js';
import { isDue } from '../../../src/certs/renewal.js';
import { isLookDue, nextLook } from '../../../src/renewal/timetable.js';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
const start = Date.parse('2026-11-23T00:00:00Z');

const order = { directory: 'production', names: ['example.com'] };
const limits = limitsFor({ ACME_LIMITS: 'auto' }, { name: 'production', url: '', letsencrypt: 'production' });

export type Answer = 'issued' | 'failed' | { readonly retryAfter: number };

/** Times are milliseconds since the start, by a clock that is right. */
export interface World {
  readonly life: number;
  readonly random: () => number;
  /** What the CA makes of an order. */
  readonly answer: (time: number) => Answer;
  /** How far the clock of the host is ahead. */
  readonly clockError?: (time: number) => number;
  /** Whether the CA’s renewal window for a certificate of that age is open. */
  readonly windowOpen?: (time: number, issued: number) => boolean;
}

export interface Course {
  readonly looks: number[];
  readonly orders: { readonly time: number; readonly answer: Answer }[];
  /** Least share of a life that was left, from the first certificate on. */
  readonly leastLeft: number;
}

/** Lives as a renewer does, with the real timetable and the real ledger rules. */
export function simulate({ life, random, answer, clockError, windowOpen }: World, duration: number): Course {
  const looks: number[] = [];
  const orders: { time: number; answer: Answer }[] = [];
  const events: LedgerEvent[] = [];
  let certificate: { notBefore: Date; notAfter: Date } | undefined;
  let [issued, leastLeft, failures] = [0, 1, 0];
  let lastLook: Date | undefined;
  let next: Date | undefined;
  for (let time = 0; time < duration; time += failures ? minute : 5 * minute) {
    if (certificate) leastLeft = Math.min(leastLeft, 1 - (time - issued) / life);
    const now = new Date(start + time + (clockError?.(time) ?? 0));
    if (!isLookDue(now, next, lastLook)) continue;
    looks.push(time);
    lastLook = now;
    // No limit looks back further.
    while (events[0] && Math.abs(now.getTime() - events[0].at.getTime()) > 10 * day) events.shift();
    let notBeforeTry: Date | undefined;
    if (!certificate || isDue(certificate, now) || windowOpen?.(time, issued)) {
      notBeforeTry = waitBefore(order, events, limits, now)?.until;
      if (notBeforeTry) failures++;
      else place(time, now);
      notBeforeTry ??= waitBefore(order, events, limits, now)?.until;
    } else failures = 0;
    next = nextLook({ now, certificate, failures, lastLook, notBeforeTry, random });
  }
  return { looks, orders, leastLeft };

  function place(time: number, now: Date): void {
    const given = answer(time);
    const about = { at: now, directory: order.directory, names: order.names, id: `${time}` };
    orders.push({ time, answer: given });
    events.push({ ...about, kind: 'ordered' });
    if (given !== 'issued') {
      failures++;
      events.push({ ...about, kind: 'failed' });
      if (given === 'failed') return;
      events.push({ ...about, kind: 'refused', until: new Date(now.getTime() + given.retryAfter) });
      return;
    }
    failures = 0;
    issued = time;
    events.push({ ...about, kind: 'issued' });
    certificate = { notBefore: new Date(start + time), notAfter: new Date(start + time + life) };
  }
}

/** Most that happened in any span. */
export function mostWithin(times: readonly number[], span: number): number {
  let [most, from] = [0, 0];
  times.forEach((time, index) => {
    while ((times[from] ?? time) <= time - span) from++;
    most = Math.max(most, index - from + 1);
  });
  return most;
}
