import type { KeyObject, X509Certificate } from 'node:crypto';
import { SocketAddress } from 'node:net';

/** What a person or a metric wants to know of a certificate. */
export interface CertificateInfo {
  /** On one line, such as `CN=localhost, O=Example`. */
  readonly subject: string;
  readonly issuer: string;
  /** DNS names and IP addresses of the subjectAltName extension. The common name is no name (RFC 9525). */
  readonly names: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Upper-case hexadecimal. */
  readonly serial: string;
  /** SHA-256 of the DER form, as `AA:BB:…`. */
  readonly fingerprint: string;
  /** Such as `ECDSA P-256` or `RSA 2048`. */
  readonly keyType: string;
}

export function describeCertificate(certificate: X509Certificate): CertificateInfo {
  return {
    subject: certificate.subject?.replaceAll('\n', ', ') ?? '',
    issuer: certificate.issuer?.replaceAll('\n', ', ') ?? '',
    names: namesOf(certificate.subjectAltName ?? ''),
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    serial: certificate.serialNumber,
    fingerprint: certificate.fingerprint256,
    keyType: keyTypeOf(certificate.publicKey),
  };
}

/** Items are `DNS:name` or `IP Address:address`, or of other kinds; a value with odd characters is in quotes. */
function namesOf(subjectAltName: string): string[] {
  const items = subjectAltName.matchAll(/([\w ]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g);
  return [...items].flatMap(([, kind, value = '']) => {
    if (kind === 'DNS') return [value];
    return kind === 'IP Address' ? [shortAddress(value)] : [];
  });
}

function shortAddress(address: string): string {
  return address.includes(':') ? new SocketAddress({ address, family: 'ipv6' }).address : address;
}

const curves: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

function keyTypeOf(key: KeyObject): string {
  const { namedCurve = '', modulusLength } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec') return `ECDSA ${curves[namedCurve] ?? namedCurve}`;
  return modulusLength ? `RSA ${modulusLength}` : (key.asymmetricKeyType ?? 'unknown').toUpperCase();
}
