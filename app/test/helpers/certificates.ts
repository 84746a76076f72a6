// The library needs this once, before it is loaded.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

export interface PairFiles {
  readonly keyFile: string;
  readonly certFile: string;
  /** PEM of the certificate, which clients trust as it signed itself. */
  readonly cert: string;
}

export interface PairOptions {
  readonly kind?: 'ecdsa' | 'rsa';
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

const algorithms = {
  ecdsa: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  rsa: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2_048,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
} as const;

export const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

/** Writes a self-signed certificate for localhost, and its key, as PEM files. */
export async function writePair(
  folder: string,
  name: string,
  { kind = 'ecdsa', notBefore = inDays(-1), notAfter = inDays(30) }: PairOptions = {},
): Promise<PairFiles> {
  const algorithm = algorithms[kind];
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=localhost',
    notBefore,
    notAfter,
    keys,
    signingAlgorithm: algorithm,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }])],
  });
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const files = {
    keyFile: join(folder, `${name}.key`),
    certFile: join(folder, `${name}.crt`),
    cert: certificate.toString('pem'),
  };
  writeFileSync(files.keyFile, x509.PemConverter.encode(der, 'PRIVATE KEY'), { mode: 0o600 });
  writeFileSync(files.certFile, files.cert);
  return files;
}
