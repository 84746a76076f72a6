import { createPublicKey, type KeyObject, webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from './x509.js';

export interface Authority {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
}

export interface CertificateRequest {
  readonly subject: x509.JsonName;
  readonly key: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Beside the two key identifiers, which every certificate gets. */
  readonly extensions: readonly x509.Extension[];
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/**
 * Signs a certificate (X.509 v3, RFC 5280) with ECDSA P-256 and a random serial number.
 * @param authority signs it; absent: the certificate signs itself.
 * @param key private; only its public half enters the certificate.
 */
export async function signCertificate(
  { subject, key, notBefore, notAfter, extensions }: CertificateRequest,
  authority?: Authority,
): Promise<X509Certificate> {
  const publicKey = publicHalf(key);
  const issuer = authority && new x509.X509Certificate(authority.certificate.raw).subjectName;
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer: issuer ?? subject,
    publicKey,
    signingKey: await signingKey(authority?.key ?? key),
    signingAlgorithm: algorithm,
    notBefore,
    notAfter,
    extensions: [
      ...extensions,
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority ? publicHalf(authority.key) : publicKey),
    ],
  });
  return new X509Certificate(Buffer.from(certificate.rawData));
}

/** A time that a certificate can hold: whole seconds. */
export function wholeSeconds(time: number): Date {
  return new Date(Math.floor(time / 1_000) * 1_000);
}

/** DER of the SubjectPublicKeyInfo. */
function publicHalf(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' });
}

function signingKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', key.export({ type: 'pkcs8', format: 'der' }), algorithm, false, [
    'sign',
  ]);
}
