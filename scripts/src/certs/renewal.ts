import type { X509Certificate } from 'node:crypto';
import type { CertificateInfo } from '../../../app/src/tls/certificate-info.js';
import type { Pair } from '../../../app/src/tls/pair.js';
import { isIssuedBy, uncoveredNames } from './servable.js';

const shortLife = 10 * 86_400_000;

type Validity = Pick<CertificateInfo, 'notBefore' | 'notAfter'>;

/**
 * When a third of the life is left, or half of a life under ten days. Source: “When to Renew” in
 * https://letsencrypt.org/docs/integration-guide/.
 */
export function renewalTime({ notBefore, notAfter }: Validity): Date {
  const life = notAfter.getTime() - notBefore.getTime();
  return new Date(notAfter.getTime() - life / (life < shortLife ? 2 : 3));
}

export function isDue(leaf: Validity, now: Date): boolean {
  return now >= renewalTime(leaf);
}

/**
 * Why a certificate needs another one, for a person to read; undefined when it does not.
 * @param names that it must cover.
 * @param ca that must have issued it; absent: any.
 */
export function dueReason(
  { chain: [certificate], leaf }: Pair,
  { names, now, ca }: { names: readonly string[]; now: Date; ca?: X509Certificate | undefined },
): string | undefined {
  const missing = uncoveredNames(certificate, names);
  if (missing.length > 0) return `it is not for ${missing.join(', ')}`;
  if (ca && !isIssuedBy(certificate, ca)) return 'the local CA in use did not issue it';
  if (now < leaf.notBefore) return `it is not valid before ${leaf.notBefore.toISOString()}`;
  if (isDue(leaf, now)) return `its life ends at ${leaf.notAfter.toISOString()}`;
  return undefined;
}
