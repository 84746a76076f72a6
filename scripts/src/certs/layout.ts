import { join } from 'node:path';

/** The four files of a set, as certbot names them, and `tls.pem`: chain and key in one, so that a swap is one rename. */
export const setFiles = {
  fullchain: 'fullchain.pem',
  privkey: 'privkey.pem',
  chain: 'chain.pem',
  tls: 'tls.pem',
} as const;

export interface CertificatePaths {
  readonly root: string;
  /** Folder of the local CA. */
  readonly ca: string;
  readonly caCert: string;
  readonly caKey: string;
  /** Holds one link for each certificate name, to the set in use. */
  readonly live: string;
  /** Holds every set that is kept, in one folder for each certificate name. */
  readonly sets: string;
  /** State of ACME: accounts and lineages, in one folder for each directory, and the ledger of orders. */
  readonly acme: string;
}

/** @param folder of the project. */
export function certificatePaths(folder: string): CertificatePaths {
  const root = join(folder, 'certs');
  const ca = join(root, 'ca');
  return {
    root,
    ca,
    caCert: join(ca, 'ca.pem'),
    caKey: join(ca, 'ca.key'),
    live: join(root, 'live'),
    sets: join(root, 'sets'),
    acme: join(root, 'acme'),
  };
}

/** Name of the folder for these domains: the first one, `example.com` for `*.example.com`, as certbot has it. */
export function certificateName(domains: readonly string[]): string {
  return (domains[0] ?? 'localhost').replace(/^\*\./, '');
}

/** Path of a file in use, for those who only read. */
export function livePath(folder: string, name: string, file: keyof typeof setFiles): string {
  return join(certificatePaths(folder).live, name, setFiles[file]);
}
