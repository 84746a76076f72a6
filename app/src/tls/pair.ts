import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { HermesError } from '../errors.js';
import { type CertificateInfo, describeCertificate } from './certificate-info.js';

/** At least one certificate, the server's own first. */
export type Chain = readonly [X509Certificate, ...X509Certificate[]];

/** A certificate chain and its private key, as `tls.createSecureContext` takes them. */
export interface Pair {
  /** PEM, the key alone. */
  readonly key: string;
  /** PEM, the certificates alone. */
  readonly cert: string;
  readonly chain: Chain;
  readonly leaf: CertificateInfo;
}

/**
 * Reads a certificate chain and its private key, which may both be in one file, and checks that a server can use them.
 * @param now `any time` leaves the dates unchecked.
 * @throws HermesError `cert-missing`, `cert-unreadable`, `key-missing`, `key-unreadable`, `key-mismatch`, `cert-expired`
 * or `cert-not-yet-valid`; the message names the file.
 */
export function readPair(certFile: string, keyFile: string, now: Date | 'any time' = new Date()): Pair {
  const certText = read('cert', certFile);
  // One file is read once: between two reads it could be replaced, and the halves would not match.
  const keyText = keyFile === certFile ? certText : read('key', keyFile);
  const chain = parseChain(certText, certFile);
  const { key, pem } = parseKey(keyText, keyFile);
  assertMatch(chain, key, certFile, keyFile);
  if (now !== 'any time') assertDates(chain[0], certFile, now);
  return { key: pem, cert: chain.map(String).join(''), chain, leaf: describeCertificate(chain[0]) };
}

/**
 * Reads the certificates of a PEM file.
 * @throws HermesError `cert-missing` or `cert-unreadable`.
 */
export function readChain(certFile: string): Chain {
  return parseChain(read('cert', certFile), certFile);
}

/**
 * @param file names the certificate in the message.
 * @throws HermesError `cert-expired` or `cert-not-yet-valid`.
 */
export function assertDates(certificate: X509Certificate, file: string, now: Date): void {
  const { subject, notBefore, notAfter } = describeCertificate(certificate);
  if (now > notAfter) {
    const cause = `the certificate ${subject} in ${file} expired at ${notAfter.toISOString()}`;
    throw new HermesError('cert-expired', cause, 'renew it');
  }
  if (now < notBefore) {
    const cause = `the certificate ${subject} in ${file} is not valid before ${notBefore.toISOString()}`;
    throw new HermesError('cert-not-yet-valid', cause, 'check the clock of this machine, or wait until then');
  }
}

type Half = 'cert' | 'key';
const halves = { cert: 'certificate', key: 'private key' } as const;

function read(half: Half, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new HermesError(
        `${half}-missing`,
        `the ${halves[half]} file ${file} does not exist`,
        'correct the path',
      );
    }
    const hint = 'make it a file that the user of this process may read';
    throw new HermesError(
      `${half}-unreadable`,
      `the ${halves[half]} file ${file} cannot be read (${code})`,
      hint,
    );
  }
}

const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const keyBlock = /-----BEGIN ((?:\w+ )?PRIVATE KEY)-----[\s\S]+?-----END \1-----/;

/**
 * @param file names where the text is from.
 * @throws HermesError `cert-unreadable`.
 */
export function parseChain(text: string, file: string): Chain {
  const blocks = text.match(certificateBlock) ?? [];
  try {
    const [leaf, ...issuers] = blocks.map((block) => new X509Certificate(block));
    if (leaf) return [leaf, ...issuers];
  } catch (cause) {
    const hint = 'copy it again from where it was issued';
    throw new HermesError('cert-unreadable', `${file} holds a damaged certificate`, hint, { cause });
  }
  const hint = keyBlock.test(text)
    ? 'it holds a private key: the two files may be swapped'
    : 'give it as PEM, text with a line -----BEGIN CERTIFICATE-----';
  throw new HermesError('cert-unreadable', `${file} holds no certificate in PEM form`, hint);
}

function parseKey(text: string, file: string): { key: KeyObject; pem: string } {
  const block = keyBlock.exec(text)?.[0];
  if (!block) {
    const hint = text.match(certificateBlock)
      ? 'it holds a certificate: the two files may be swapped'
      : 'give it as PEM, text with a line -----BEGIN PRIVATE KEY-----';
    throw new HermesError('key-unreadable', `${file} holds no private key in PEM form`, hint);
  }
  try {
    return { key: createPrivateKey(block), pem: `${block}\n` };
  } catch {
    // The cause is dropped on purpose: nothing that was made from a key's text may reach a log.
    const encrypted = /ENCRYPTED/.test(block);
    throw new HermesError(
      'key-unreadable',
      `the private key in ${file} is ${encrypted ? 'protected by a passphrase' : 'damaged'}`,
      encrypted
        ? `remove it: openssl pkey -in ${file} -out plain.key`
        : 'copy it again from where it was made',
    );
  }
}

function assertMatch(chain: Chain, key: KeyObject, certFile: string, keyFile: string): void {
  if (chain[0].checkPrivateKey(key)) return;
  const misplaced = chain.some((certificate) => certificate.checkPrivateKey(key));
  throw new HermesError(
    'key-mismatch',
    `the private key in ${keyFile} does not belong to the first certificate in ${certFile}`,
    misplaced
      ? 'put the certificate of the server first, its issuers after it'
      : 'give the key that the certificate was requested with',
  );
}
