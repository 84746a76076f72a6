import type { SecureVersion } from 'node:tls';
import { shakeHands, type Target } from '../certs/handshake.js';
import { type Findings, fault, right } from './findings.js';

/** Versions that RFC 8996 forbids, then those that are in use. */
const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const satisfies SecureVersion[];
/** Milliseconds for one handshake. */
const patience = 5_000;

/** Which versions of TLS a server takes, each asked for by itself. Nothing is sent over the connections. */
export async function checkTlsVersions(target: Target, where: string): Promise<Findings> {
  const taken = await Promise.all(
    versions.map(async (version) => ((await takes(target, version)) ? [version] : [])),
  );
  return readTlsVersions(taken.flat(), where);
}

export function readTlsVersions(taken: readonly SecureVersion[], where: string): Findings {
  const words = taken.map((version) => version.replace('v', ' ').replace(/ 1$/, ' 1.0')).join(', ');
  const obsolete = taken.some((version) => version === 'TLSv1' || version === 'TLSv1.1');
  if (obsolete) return fault('TLS_OBSOLETE', `${where} takes ${words}`);
  return right(`TLS of ${where}: ${words || 'no version that is known here'}`);
}

/** OpenSSL leaves out old versions at its usual level; the certificate is judged elsewhere. */
const takes = (target: Target, version: SecureVersion): Promise<boolean> =>
  shakeHands(target, undefined, patience, {
    ...{ minVersion: version, maxVersion: version },
    ciphers: 'DEFAULT:@SECLEVEL=0',
  }).then(
    () => true,
    () => false,
  );
