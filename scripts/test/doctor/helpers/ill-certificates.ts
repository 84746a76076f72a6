import { copyFileSync, cpSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from '../../../../app/test/helpers/service.js';
import { livePath, setFiles } from '../../../src/certs/layout.js';
import { append, type Files, make, openssl } from '../../certs/helpers/openssl.js';
import { leafValid } from '../../docs/servers/certificates.js';
import { name, type Patient, type Undo } from './patient.js';

const names = `DNS:localhost,DNS:${name},IP:127.0.0.1,IP:::1`;
const day = 86_400_000;
const at = (days: number) => new Date(Date.now() + days * day);

type Ill = (patient: Patient, folder: string) => Files & { readonly issuers?: readonly string[] };

/** Certificates that are wrong in one way each; all but that is right. */
export const illCertificates: Readonly<Record<string, Ill>> = {
  CERT_EXPIRED: (patient, folder) => dated(patient, folder, at(-30), at(-2)),
  CERT_NOT_YET_VALID: (patient, folder) => dated(patient, folder, at(2), at(30)),
  CHAIN_INCOMPLETE: ({ ca }, folder) => {
    const issuer = make(folder, 'between', { ca: true, issuer: ca });
    return make(folder, 'leaf', { issuer, names });
  },
  CHAIN_ORDER: ({ ca }, folder) => {
    const first = make(folder, 'first', { ca: true, issuer: ca });
    const second = make(folder, 'second', { ca: true, issuer: first });
    return { ...make(folder, 'leaf', { issuer: second, names }), issuers: [first.cert, second.cert] };
  },
  NAMES_MISSING: ({ ca }, folder) => make(folder, 'leaf', { issuer: ca, names: 'DNS:localhost' }),
  CERT_PURPOSE: ({ ca }, folder) =>
    make(folder, 'leaf', { issuer: ca, names, extensions: ['extendedKeyUsage=clientAuth'] }),
  PAIR_WEAK: ({ ca }, folder) => make(folder, 'leaf', { issuer: ca, names, key: ['rsa:1024'] }),
  KEY_MISMATCH: ({ ca }, folder) => ({
    ...make(folder, 'leaf', { issuer: ca, names }),
    key: make(folder, 'other', { issuer: ca, names }).key,
  }),
  KEY_UNREADABLE: ({ ca }, folder) => {
    const files = make(folder, 'leaf', { issuer: ca, names });
    writeFileSync(files.key, 'no key at all\n');
    return files;
  },
};

/** Valid in every way. */
export const soundCertificate: Ill = ({ ca }, folder) => make(folder, 'leaf', { issuer: ca, names });

function dated({ ca }: Patient, folder: string, from: Date, to: Date): Files {
  const key = join(folder, 'leaf.key');
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', key);
  return { cert: leafValid({ from, to, names }, ca, key, folder), key };
}

/** Installs it as a whole, as somebody would by hand who knows the layout. */
export function install(patient: Patient, ill: Ill): Undo {
  const folder = newFolder();
  const { cert, key, issuers = [] } = ill(patient, folder);
  append(cert, ...issuers);
  const kept = newFolder();
  const set = realpathSync(join(livePath(patient.stack.root, 'localhost', 'tls'), '..'));
  cpSync(set, kept, { recursive: true });
  const path = (file: keyof typeof setFiles) => join(set, setFiles[file]);
  // Over the old ones, whose modes stay.
  writeFileSync(path('fullchain'), readFileSync(cert));
  writeFileSync(path('privkey'), readFileSync(key));
  writeFileSync(path('tls'), Buffer.concat([readFileSync(cert), readFileSync(key)]));
  return () => {
    for (const file of Object.values(setFiles)) copyFileSync(join(kept, file), join(set, file));
    rmSync(kept, { recursive: true });
  };
}
