import type { X509Certificate } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls';
import { messageOf } from '../../../app/src/errors.js';
import { type CertificateInfo, describeCertificate } from '../../../app/src/tls/certificate-info.js';

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

export interface Served extends CertificateInfo {
  /** Fingerprints of the certificates that the server sent, the leaf first. */
  readonly chain: readonly string[];
}

export type WireFault = 'wire-differs' | 'wire-unverified' | 'wire-unreachable';

export type WireResult = { readonly address: string; readonly port: number; readonly servername: string } & (
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
  const target = { address, port, servername };
  const socket = connect({
    host: address,
    port,
    // An address is no server name (RFC 6066, section 3), yet it is what the certificate must be for.
    servername: isIP(servername) ? '' : servername,
    checkServerIdentity: (_, certificate) => checkServerIdentity(servername, certificate),
    // Who names an intermediate trusts it, although its root may be unknown, as it is with an ACME staging CA.
    ...(ca && { ca, allowPartialTrustChain: true }),
  });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(timeout) });
    const served = servedBy(socket);
    const difference = differenceBetween(served, expected);
    if (!difference) return { ...target, matches: true, served };
    const cause = `${at(target)} serves ${difference}`;
    return { ...target, matches: false, fault: 'wire-differs', cause, served };
  } catch (error) {
    const unverified = Boolean(socket.authorizationError);
    const reason =
      error instanceof Error && error.name === 'AbortError' ? `no answer in ${timeout} ms` : messageOf(error);
    return unverified
      ? {
          ...target,
          matches: false,
          fault: 'wire-unverified',
          cause: `verification of ${at(target)} failed: ${reason}`,
        }
      : {
          ...target,
          matches: false,
          fault: 'wire-unreachable',
          cause: `no TLS handshake with ${at(target)}: ${reason}`,
        };
  } finally {
    socket.destroy();
  }
}

const at = ({ address, port, servername }: { address: string; port: number; servername: string }) =>
  `${isIP(address) === 6 ? `[${address}]` : address}:${port} for ${servername}`;

function differenceBetween(served: Served, expected: WireQuery['expected']): string | undefined {
  if (served.fingerprint !== expected.fingerprint) {
    const validity = `valid until ${served.notAfter.toISOString()}`;
    return `the certificate with serial ${served.serial}, ${validity}, not the one with serial ${expected.serial}`;
  }
  if (!expected.chain || served.chain.join() === expected.chain.join()) return undefined;
  return `the right certificate, but ${served.chain.length} in all instead of the ${expected.chain.length} of its chain`;
}

/** In Node, the issuers of a peer's X509Certificate are those that it sent, whatever verification made of them. */
function servedBy(socket: TLSSocket): Served {
  const leaf = socket.getPeerX509Certificate();
  if (!leaf) throw new Error('the peer sent no certificate');
  const chain: string[] = [];
  let sent: X509Certificate | undefined = leaf;
  // A root is its own issuer.
  while (sent && !chain.includes(sent.fingerprint256)) {
    chain.push(sent.fingerprint256);
    sent = sent.issuerCertificate;
  }
  return { ...describeCertificate(leaf), chain };
}
