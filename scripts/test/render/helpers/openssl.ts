import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type KeyKind = 'ecdsa' | 'rsa';

/** A certificate authority that lives as long as a folder of a test. */
export interface TestCa {
  /** PEM of the CA's certificate. */
  readonly certificate: string;
  /** A new leaf: chain and key in one PEM. */
  leaf(key: KeyKind): string;
}

export function openssl(...args: string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

export function makeCa(folder: string): TestCa {
  const at = (name: string) => join(folder, name);
  writeFileSync(at('leaf.ext'), `basicConstraints=CA:FALSE\nsubjectAltName=${alternativeNames}\n`);
  const request = (name: string, algorithm: string[], ...more: string[]) =>
    openssl('req', '-nodes', ...algorithm, '-keyout', at(`${name}.key`), '-subj', `/CN=${name}`, ...more);
  request('ca', ecdsa, '-x509', '-days', '2', '-out', at('ca.pem'));
  return {
    certificate: readFileSync(at('ca.pem'), 'utf8'),
    leaf: (key) => {
      request('leaf', key === 'rsa' ? rsa : ecdsa, '-new', '-out', at('leaf.csr'));
      const ca = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-extfile', at('leaf.ext')];
      const chain = openssl('x509', '-req', '-in', at('leaf.csr'), '-days', '1', ...ca);
      return chain + readFileSync(at('leaf.key'), 'utf8');
    },
  };
}

const ecdsa = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
const rsa = ['-newkey', 'rsa:2048'];
const alternativeNames = 'DNS:localhost,DNS:hermes.test,IP:127.0.0.1,IP:::1';
