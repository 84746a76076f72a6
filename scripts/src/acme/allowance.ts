import { getDomain } from 'tldts';
import type { LedgerEvent } from './ledger-file.js';
import { type Limit, type Limits, longestSpan } from './limits.js';

/** What a CA is asked for. */
export interface Order {
  /** Name of the directory. */
  readonly directory: string;
  readonly names: readonly string[];
  /**
   * It replaces a certificate in the CA’s renewal window (ARI, RFC 9773), which Let’s Encrypt exempts from its limits;
   * ours for failures stays, because to hammer helps nobody.
   */
  readonly byRenewalInfo?: boolean;
}

/** Why an order has to wait. */
export interface Wait {
  /** Such as `5 of 5 certificates for example.com in 7 days`. */
  readonly reason: string;
  readonly until: Date;
}

/** Something that counts against a limit for so many milliseconds. */
interface Counted {
  readonly at: Date;
  readonly names: string[];
  readonly span: number;
}

interface Count {
  readonly what: string;
  readonly limit: Limit;
  readonly counted: readonly Counted[];
}

const hour = 3_600_000;
/** From an order to the failure of a validation, in milliseconds, where nobody was left to write that down. */
const slowest = 600_000;

/** The longest wait that the events so far put before an order; undefined when it may go out. */
export function waitBefore(
  order: Order,
  events: readonly LedgerEvent[],
  limits: Limits | undefined,
  now: Date,
): Wait | undefined {
  const past = events.filter(({ directory }) => directory === order.directory);
  const waits = [
    ...refusals(order, past, now),
    ...(limits ? counts(order, past, limits).flatMap((count) => waitFor(count, now)) : []),
  ];
  return waits.sort((a, b) => b.until.getTime() - a.until.getTime())[0];
}

/** When the CA itself said not to come back before a time. */
function refusals(order: Order, past: readonly LedgerEvent[], now: Date): Wait[] {
  return past.flatMap((event) =>
    event.kind === 'refused' &&
    event.until > now &&
    isWithin(event.at, longestSpan, now) &&
    (!event.names || shareName(event.names, order.names))
      ? [{ reason: `the CA refused an order at ${event.at.toISOString()}`, until: event.until }]
      : [],
  );
}

function counts(order: Order, past: readonly LedgerEvent[], limits: Limits): Count[] {
  const { orders, issued, failed, certificates } = countable(past, limits);
  const failures = [...new Set(order.names.map(validated))].map((name) => ({
    what: `failed validations of ${name}`,
    limit: limits.failures,
    counted: failed.filter(({ names }) => shareName(names, [name])),
  }));
  if (order.byRenewalInfo) return failures;

  const isRenewal = issued.some(({ names }) => sameNames(names, order.names));
  const domains = isRenewal ? [] : [...new Set(order.names.map(registeredDomain))];
  return [
    ...failures,
    {
      what: `certificates for ${order.names.join(', ')}`,
      limit: limits.sameNames,
      counted: certificates.filter(({ names }) => sameNames(names, order.names)),
    },
    ...domains.map((domain) => ({
      what: `certificates below ${domain}`,
      limit: limits.registeredDomain,
      counted: certificates.filter(({ names }) => names.some((name) => registeredDomain(name) === domain)),
    })),
    { what: 'orders', limit: limits.orders, counted: orders },
  ];
}

/** An order without an outcome was killed, or is under way: it may have failed, and for a while may yet be issued. */
function countable(past: readonly LedgerEvent[], limits: Limits) {
  const outcomes = new Set(
    past.flatMap((event) => ('id' in event && event.kind !== 'ordered' ? event.id : [])),
  );
  const isOpen = (event: LedgerEvent) => event.kind === 'ordered' && !outcomes.has(event.id);
  const those = (is: (event: LedgerEvent) => boolean, span: number): Counted[] =>
    past.flatMap((event) => (event.kind !== 'refused' && is(event) ? [{ ...event, span }] : []));
  const issued = those(({ kind }) => kind === 'issued', limits.sameNames.within);
  return {
    orders: those(({ kind }) => kind === 'ordered', limits.orders.within),
    issued,
    failed: [
      ...those(({ kind }) => kind === 'failed', limits.failures.within),
      ...those(isOpen, limits.failures.within + slowest),
    ],
    certificates: [...issued, ...those(isOpen, hour)],
  };
}

function waitFor({ what, limit: { most, within }, counted }: Count, now: Date): Wait[] {
  const ends = counted
    .filter(({ at, span }) => isWithin(at, span, now))
    .map(({ at, span }) => at.getTime() + span)
    .sort((a, b) => a - b);
  const freed = ends.at(-most);
  if (ends.length < most || freed === undefined) return [];
  return [{ reason: `${ends.length} of ${most} ${what} in ${spanText(within)}`, until: new Date(freed) }];
}

/** In either direction: a clock that was set back must not hide what was done, one that was far ahead not block. */
function isWithin(at: Date, span: number, now: Date): boolean {
  return Math.abs(now.getTime() - at.getTime()) < span;
}

const spanText = (ms: number) =>
  ms === hour ? 'an hour' : ms < 24 * hour ? `${ms / hour} hours` : `${ms / (24 * hour)} days`;

/** A wildcard is validated at the name below it (RFC 8555, section 7.1.3). */
const validated = (name: string) => name.toLowerCase().replace(/^\*\./, '');

function shareName(some: readonly string[], others: readonly string[]): boolean {
  const known = new Set(some.map(validated));
  return others.some((name) => known.has(validated(name)));
}

/** Whatever their order and case. */
function sameNames(some: readonly string[], others: readonly string[]): boolean {
  const key = (names: readonly string[]) =>
    [...new Set(names.map((name) => name.toLowerCase()))].sort().join(' ');
  return key(some) === key(others);
}

/** By the Public Suffix List, its private part included, as Let’s Encrypt counts. */
const registeredDomain = (name: string) =>
  getDomain(validated(name), { allowPrivateDomains: true }) ?? validated(name);
