import { randomUUID } from 'node:crypto';
import { HermesError } from '../../../app/src/errors.js';
import { type Order, type Wait, waitBefore } from './allowance.js';
import { addEvent, readEvents } from './ledger-file.js';
import { type Limits, longestSpan } from './limits.js';

export type { Order } from './allowance.js';

/** An order that may not go out yet. */
export class RateLimited extends HermesError {
  /** When it may. */
  readonly until: Date;

  constructor({ reason, until }: Wait, now: Date) {
    super(
      'rate-limited',
      `the CA is not asked, to stay within its limits: ${reason}; the next try is allowed at ${until.toISOString()}, in ${inText(until, now)}`,
      'wait until then; find out with ACME_DIRECTORY=staging what fails; ACME_LIMITS=none counts no longer',
    );
    this.until = until;
  }
}

/** An order that went out, to be ended by `endOrder`. */
export interface OpenOrder extends Order {
  readonly id: string;
}

/**
 * How an order ended. `failed`: a name did not pass validation, or nobody knows. `abandoned`: it ended before the CA
 * validated anything, for instance because it was out of reach; that counts as an order, but not as a failure.
 */
export type Outcome = 'issued' | 'failed' | 'abandoned';

/**
 * @param folder of the project
 * @param limits undefined: only what the CA itself said counts
 * @throws RateLimited
 */
export async function assertAllowed(
  folder: string,
  order: Order,
  limits: Limits | undefined,
  now: Date = new Date(),
): Promise<void> {
  const wait = waitBefore(order, await readEvents(folder), limits, now);
  if (wait) throw new RateLimited(wait, now);
}

/** When an order may go out; undefined: now. */
export async function allowedFrom(
  folder: string,
  order: Order,
  limits: Limits | undefined,
  now: Date = new Date(),
): Promise<Date | undefined> {
  return waitBefore(order, await readEvents(folder), limits, now)?.until;
}

/**
 * Writes down that the CA is about to be asked: to be called before. Of several processes at once only as many get
 * through as the limits allow.
 * @throws RateLimited
 */
export async function beginOrder(
  folder: string,
  order: Order,
  limits: Limits | undefined,
  now: Date = new Date(),
): Promise<OpenOrder> {
  const id = randomUUID();
  await addEvent(folder, now, (events) => {
    const wait = waitBefore(order, events, limits, now);
    if (wait) throw new RateLimited(wait, now);
    return { at: now, directory: order.directory, kind: 'ordered', id, names: [...order.names] };
  });
  return { ...order, id };
}

/** An order that is never ended, because the process was killed, counts as failed. */
export async function endOrder(
  folder: string,
  { id, directory, names }: OpenOrder,
  outcome: Outcome,
  now: Date = new Date(),
): Promise<void> {
  await addEvent(folder, now, () => ({ at: now, directory, kind: outcome, id, names: [...names] }));
}

/**
 * Remembers that the CA answered 429 (RFC 8555, section 6.6), until the time of its Retry-After, but no longer than
 * its longest limit lasts.
 * @param names that it was about; absent: whatever is asked of this CA
 */
export async function recordRefusal(
  folder: string,
  { directory, names }: { directory: string; names?: readonly string[] },
  until: Date,
  now: Date = new Date(),
): Promise<void> {
  const latest = new Date(Math.min(until.getTime(), now.getTime() + longestSpan));
  await addEvent(folder, now, () => ({
    at: now,
    directory,
    kind: 'refused',
    until: latest,
    ...(names?.length && { names: [...names] }),
  }));
}

function inText(until: Date, now: Date): string {
  const minutes = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.ceil(minutes / 60)} h` : `${Math.ceil(minutes / 1_440)} days`;
}
