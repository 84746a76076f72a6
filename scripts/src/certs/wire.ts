import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../../app/src/errors.js';
import type { CertificateInfo } from '../../../app/src/tls/certificate-info.js';
import { type Handshake, isOfDates, type Served, shakeHands, type Target } from './handshake.js';

export interface WireQuery {
  /** Names or addresses to connect to; each address of a name is asked. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** Names to ask each address for (SNI) and to verify. A wildcard is asked for by a name that it covers. */
  readonly servernames: readonly string[];
  /** Certificate that is to be served, and where known the fingerprints of all that are to be sent, the leaf first. */
  readonly expected: Pick<CertificateInfo, 'fingerprint' | 'serial'> & { readonly chain?: readonly string[] };
  /** PEM of what to verify against, intermediates included; absent: the roots that Node trusts. */
  readonly ca?: string | undefined;
  /** Milliseconds for one connection; 5000 if absent. */
  readonly timeout?: number;
}

/** `wire-dates`: the one expected is served, but now is not within its time, or not within that of an issuer. */
export type WireFault = 'wire-differs' | 'wire-dates' | 'wire-unverified' | 'wire-unreachable';

export type WireResult = Target &
  (
    | { readonly matches: true; readonly served: Served }
    | { readonly matches: false; readonly fault: WireFault; readonly cause: string; readonly served?: Served }
  );

/**
 * Shakes hands with every address for every name and compares the certificate served with the one expected.
 * Verification is always on, so "not verified" and "another certificate" are told apart.
 */
export async function checkWire(query: WireQuery): Promise<WireResult[]> {
  const probes = query.hosts.map(async (host): Promise<WireResult[]> => {
    const addresses = await addressesOf(host);
    return Promise.all(
      addresses.flatMap((address) => query.servernames.map((name) => probe(address, concrete(name), query))),
    );
  });
  return (await Promise.all(probes)).flat();
}

/**
 * Repeats `checkWire` until everything matches, for servers that take a moment to notice a new certificate.
 * @param patience milliseconds after which the last results are returned, whatever they are.
 */
export async function awaitWire(query: WireQuery, patience: number): Promise<WireResult[]> {
  const deadline = Date.now() + patience;
  for (;;) {
    const results = await checkWire(query);
    if (results.every(({ matches }) => matches) || Date.now() >= deadline) return results;
    await pause(interval);
  }
}

const interval = 100;
const defaultTimeout = 5_000;

/** A name that does not resolve is one address that cannot be reached. */
async function addressesOf(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.length > 0 ? found.map(({ address }) => address) : [host];
}

const concrete = (name: string) => name.replace(/^\*\./, 'any.');

async function probe(address: string, servername: string, query: WireQuery): Promise<WireResult> {
  const { port, ca, expected, timeout = defaultTimeout } = query;
  const target: Target = { address, port, servername };
  try {
    const handshake = await shakeHands(target, ca, timeout);
    const fault = faultOf(handshake, target, expected);
    const { served } = handshake;
    return fault ? { ...target, matches: false, ...fault, served } : { ...target, matches: true, served };
  } catch (error) {
    const late = error instanceof Error && error.name === 'AbortError';
    const reason = late ? `no answer in ${timeout} ms` : reasonOf(error);
    const cause = `no TLS handshake with ${at(target)}: ${reason}`;
    return { ...target, matches: false, fault: 'wire-unreachable', cause };
  }
}

/** OpenSSL's own word, such as `tlsv1 alert internal error`; the whole message has places in its source code. */
const reasonOf = (error: unknown) => (error as { reason?: string }).reason ?? messageOf(error);

const at = ({ address, port, servername }: Target) =>
  `${isIP(address) === 6 ? `[${address}]` : address}:${port} for ${servername}`;

function faultOf(
  { served, refusal }: Handshake,
  target: Target,
  expected: WireQuery['expected'],
): { fault: WireFault; cause: string } | undefined {
  if (refusal && !isOfDates(refusal)) {
    const cause = `verification of ${at(target)} failed: ${refusal.reason}`;
    return { fault: 'wire-unverified', cause };
  }
  const difference = differenceBetween(served, expected);
  if (difference) return { fault: 'wire-differs', cause: `${at(target)} serves ${difference}` };
  if (!refusal) return undefined;
  const cause = `${at(target)} serves the certificate on disk, but ${datesText(served, new Date())}`;
  return { fault: 'wire-dates', cause };
}

function differenceBetween(served: Served, expected: WireQuery['expected']): string | undefined {
  if (served.fingerprint !== expected.fingerprint) {
    const validity = `valid until ${served.notAfter.toISOString()}`;
    return `the certificate with serial ${served.serial}, ${validity}, not the one with serial ${expected.serial}`;
  }
  if (!expected.chain || served.chain.join() === expected.chain.join()) return undefined;
  return `the right certificate, but ${served.chain.length} in all instead of the ${expected.chain.length} of its chain`;
}

function datesText({ notBefore, notAfter }: Served, now: Date): string {
  if (now > notAfter) return `it expired at ${notAfter.toISOString()}`;
  if (now < notBefore) return `it is not valid before ${notBefore.toISOString()}`;
  return 'a certificate of its chain is out of date';
}
