import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The openssl binary, as a judge of its own. Throws with its words when it refuses. */
export function openssl(...args: string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

export interface Files {
  readonly cert: string;
  readonly key: string;
}

interface Made {
  readonly issuer?: Files;
  readonly names?: string;
  readonly ca?: boolean;
  readonly days?: number;
  readonly key?: readonly string[];
  readonly extensions?: readonly string[];
}

const p256 = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];

/** Makes `<name>.pem` and `<name>.key` with openssl, self-signed where there is no issuer. */
export function make(folder: string, name: string, made: Made = {}): Files {
  const { issuer, names, ca = false, days = 30, key = p256, extensions = [] } = made;
  const files = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  const added = [
    `basicConstraints=critical,CA:${ca ? 'TRUE' : 'FALSE'}`,
    ...(names ? [`subjectAltName=${names}`] : []),
    ...extensions,
  ];
  openssl(
    ...['req', '-x509', '-noenc', '-newkey', ...key, '-subj', `/CN=${name}`, '-days', String(days)],
    ...['-out', files.cert, '-keyout', files.key],
    ...(issuer ? ['-CA', issuer.cert, '-CAkey', issuer.key] : []),
    ...added.flatMap((extension) => ['-addext', extension]),
  );
  return files;
}

/** A root, an intermediate and a leaf for `example.com`; the leaf's file holds the leaf alone. */
export function makeChain(folder: string): { root: Files; intermediate: Files; leaf: Files } {
  const root = make(folder, 'root', { ca: true });
  const intermediate = make(folder, 'intermediate', { ca: true, issuer: root });
  const leaf = make(folder, 'leaf', { issuer: intermediate, names: 'DNS:example.com' });
  return { root, intermediate, leaf };
}

export function append(file: string, ...others: string[]): void {
  for (const other of others) appendFileSync(file, readFileSync(other));
}
