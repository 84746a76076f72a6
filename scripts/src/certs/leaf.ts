import { generateKeyPairSync, type KeyObject, type X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { describeCertificate } from '../../../app/src/tls/certificate-info.js';
import { type Authority, signCertificate, wholeSeconds } from './sign.js';
import * as x509 from './x509.js';

const hour = 3_600_000;
const day = 24 * hour;

/** A certificate of the local CA also serves this machine itself. */
const ownNames = ['localhost', '127.0.0.1', '::1'];

export function localNames(domains: readonly string[]): string[] {
  return [...new Set([...domains, ...ownNames])];
}

export interface LeafRequest {
  readonly ca: Authority;
  readonly domains: readonly string[];
  /** Days from notBefore to notAfter. */
  readonly days: number;
  readonly key: KeyObject;
  readonly now: Date;
}

/**
 * Issues a certificate for a server: every domain and this machine's own names. Its validity begins an hour ago, for
 * clients whose clock is behind, and ends no later than the CA's.
 */
export function issueLeaf({ ca, domains, days, key, now }: LeafRequest): Promise<X509Certificate> {
  const names = localNames(domains);
  const notBefore = wholeSeconds(now.getTime() - hour);
  // The last second is part of the validity (RFC 5280, section 4.1.2.5).
  const end = notBefore.getTime() + days * day - 1_000;
  const caEnd = describeCertificate(ca.certificate).notAfter.getTime();
  const subjectAltNames = names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }) as const);
  return signCertificate(
    {
      subject: [{ CN: [commonName(names)] }],
      key,
      notBefore,
      notAfter: new Date(Math.min(end, caEnd)),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(subjectAltNames),
      ],
    },
    ca,
  );
}

export function newLeafKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

/** For people only, since clients read the alternative names; a common name has at most 64 characters. */
function commonName(names: readonly string[]): string {
  return names.find((name) => name.length <= 64) ?? 'localhost';
}
