import { readFileSync } from 'node:fs';
import { HermesError } from '../../../app/src/errors.js';
import { readLive } from './certificate-set.js';
import { certificateName, livePath } from './layout.js';
import type { WireQuery } from './wire.js';

/**
 * What to ask a server that is to serve the certificate in use, verified against its own `chain.pem`.
 * @throws HermesError `cert-not-installed`, or those of `readPair`.
 */
export function queryForLive(
  folder: string,
  domains: readonly string[],
  hosts: readonly string[],
  port: number,
): WireQuery {
  const name = certificateName(domains);
  const live = readLive(folder, name);
  if (!live) {
    const cause = `no certificate of ${name} is installed`;
    throw new HermesError('cert-not-installed', cause, 'issue or import one first');
  }
  const ca = readFileSync(livePath(folder, name, 'chain'), 'utf8');
  const { leaf, chain } = live.pair;
  const expected = { ...leaf, chain: chain.map(({ fingerprint256 }) => fingerprint256) };
  return { hosts, port, servernames: domains, expected, ca };
}
