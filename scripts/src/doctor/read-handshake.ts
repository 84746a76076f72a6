import type { Handshake } from '../certs/handshake.js';
import type { FaultCode } from './faults.js';
import { type Findings, fault, right } from './findings.js';

/** Codes of OpenSSL and of Node for a certificate that a client refuses. */
const refusals: Readonly<Record<string, FaultCode>> = {
  CERT_HAS_EXPIRED: 'CERT_EXPIRED',
  CERT_NOT_YET_VALID: 'CERT_NOT_YET_VALID',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'CERT_SELF_SIGNED',
  SELF_SIGNED_CERT_IN_CHAIN: 'CA_UNKNOWN',
  UNABLE_TO_GET_ISSUER_CERT: 'CA_UNKNOWN',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'CA_UNKNOWN',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'CA_UNKNOWN',
  ERR_TLS_CERT_ALTNAME_INVALID: 'NAMES_MISSING',
  HOSTNAME_MISMATCH: 'NAMES_MISSING',
  INVALID_PURPOSE: 'CERT_PURPOSE',
  EE_KEY_TOO_SMALL: 'PAIR_WEAK',
  CA_MD_TOO_WEAK: 'PAIR_WEAK',
};

/** What a TLS handshake tells of the certificate that was served. @param where such as `example.com at 192.0.2.1:443` */
export function readHandshake({ served, refusal }: Handshake, where: string, now: Date): Findings {
  const { notBefore, notAfter, issuer, names, chain, issuerUrl } = served;
  const days = Math.floor((notAfter.getTime() - now.getTime()) / 86_400_000);
  if (!refusal)
    return right(
      `Certificate of ${where}: by ${issuer}, ${days} days left, chain of ${chain.length} complete`,
    );
  const code = refusals[refusal.code] ?? 'CERT_REFUSED';
  switch (code) {
    case 'CERT_EXPIRED': {
      const which =
        now > notAfter
          ? `expired at ${notAfter.toISOString()}, ${-days - 1} days ago`
          : 'has an expired issuer';
      return fault(code, `the certificate served for ${where} ${which}`);
    }
    case 'CERT_NOT_YET_VALID':
      return fault(
        code,
        `the certificate served for ${where} is not valid before ${notBefore.toISOString()}; it is ${now.toISOString()} here`,
      );
    case 'NAMES_MISSING':
      return fault(
        code,
        `the certificate served for ${where} is for ${names.join(', ') || 'no name at all'}`,
      );
    case 'CA_UNKNOWN':
      // A CA that says where its own certificate is to be had is one with a chain, of which nothing was sent.
      return chain.length === 1 && issuerUrl
        ? fault(
            'CHAIN_INCOMPLETE',
            `${where} sends its certificate alone, without that of ${issuer}, which ${issuerUrl} has`,
          )
        : fault(
            code,
            `the certificate served for ${where} is of ${issuer}, which is not trusted here (${chain.length} sent)`,
          );
    default:
      return fault(code, `the certificate served for ${where} is refused: ${refusal.reason}`);
  }
}
