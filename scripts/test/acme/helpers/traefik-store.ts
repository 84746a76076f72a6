import { readFileSync } from 'node:fs';
import { acmeDirectory } from '../../../src/acme/directory.js';
import { traefikAcmePaths } from '../../../src/acme/traefik/layout.js';
import type { Installation } from './installation.js';

export interface TraefikStore {
  readonly path: string;
  readonly account: { readonly Email: string } | undefined;
  /** PEM, each with its names. */
  readonly certificates: readonly { readonly names: readonly string[]; readonly pem: string }[];
}

/** What Traefik has written into its store. */
export function storeOf({ one, pebble }: Installation): TraefikStore {
  const { store: path } = traefikAcmePaths(one.root, acmeDirectory({ ACME_DIRECTORY: pebble.url }).name);
  const { Account: account, Certificates } = JSON.parse(readFileSync(path, 'utf8')).hermes;
  const certificates = (Certificates ?? []).map(
    ({ certificate, domain }: { certificate: string; domain: { main: string; sans?: string[] } }) => ({
      names: [domain.main, ...(domain.sans ?? [])],
      pem: Buffer.from(certificate, 'base64').toString(),
    }),
  );
  return { path, account, certificates };
}

/** Kinds of the events in the ledger. */
export function ledgerOf({ one }: Installation): string[] {
  return one
    .read('certs/acme/ledger.jsonl')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).kind);
}
