import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext, rootCertificates } from 'node:tls';
import { HermesError, messageOf } from '../../../app/src/errors.js';
import { assertDates, type Chain, type Pair } from '../../../app/src/tls/pair.js';

export interface Requirements {
  readonly domains: readonly string[];
  /** Certificates one of which the chain must reach, unless a public root. Absent: an intermediate is enough as its end. */
  readonly roots?: readonly X509Certificate[] | undefined;
  readonly now: Date;
  /** Names the certificate in messages. */
  readonly file: string;
}

/**
 * Checks what a client will check, beyond what `readPair` has seen.
 * @returns the issuers of the leaf, nearest first, up to the root where it is known.
 * @throws HermesError `chain-order`, `chain-incomplete`, `cert-expired`, `cert-not-yet-valid`, `names-missing`,
 * `cert-purpose` or `pair-weak`.
 */
export function assertServable(pair: Pair, requirements: Requirements): X509Certificate[] {
  const issuers = assertChain(pair, requirements);
  assertStrength(pair, requirements.file);
  return issuers;
}

/**
 * The same as far as it can be seen without the private key.
 * @throws HermesError those of `assertServable`, but for `pair-weak`
 */
export function assertChain(
  pair: Pick<Pair, 'chain' | 'leaf'>,
  { domains, roots, now, file }: Requirements,
): X509Certificate[] {
  const issuers = issuersOf(pair.chain, roots, file);
  for (const certificate of [...pair.chain, ...issuers]) assertDates(certificate, file, now);
  assertNames(pair, domains, file);
  assertPurpose(pair.chain[0], file);
  return issuers;
}

/** The names that the certificate does not stand for. A wildcard covers one label (RFC 9525, section 6.3). */
export function uncoveredNames(leaf: X509Certificate, names: readonly string[]): string[] {
  return names.filter((name) =>
    isIP(name) ? !leaf.checkIP(name) : !leaf.checkHost(name, { subject: 'never', partialWildcards: false }),
  );
}

export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function issuersOf(chain: Chain, roots: readonly X509Certificate[] = [], file: string): X509Certificate[] {
  const [leaf, ...issuers] = chain;
  let top = leaf;
  for (const issuer of issuers) {
    if (!isIssuedBy(top, issuer)) throw brokenChain(chain, top, file);
    top = issuer;
  }
  if (isIssuedBy(top, top)) return issuers.length > 0 ? issuers : [leaf];
  const isIssuer = (candidate: X509Certificate) => isIssuedBy(top, candidate);
  // The public ones are parsed only where they are needed: that takes longer than all the rest.
  const root = roots.find(isIssuer) ?? publicRoots().find(isIssuer);
  if (root) return [...issuers, root];
  // Trusted as it stands, or an intermediate whose root is not known.
  if (roots.length > 0 ? roots.some((trusted) => trusted.raw.equals(top.raw)) : top.ca) return issuers;
  throw brokenChain(chain, top, file);
}

/** The roots that browsers trust, as this Node knows them. */
const publicRoots = () => rootCertificates.map((pem) => new X509Certificate(pem));

function brokenChain(chain: Chain, top: X509Certificate, file: string): HermesError {
  const name = (dn: string | undefined) => dn?.replaceAll('\n', ', ') ?? '';
  return chain.some((other) => other !== top && isIssuedBy(top, other))
    ? new HermesError(
        'chain-order',
        `in ${file}, the certificate ${name(top.subject)} is not followed by its issuer`,
        'put the certificate of the server first, then its issuer, then that one’s issuer',
      )
    : new HermesError(
        'chain-incomplete',
        `${file} lacks the certificate of ${name(top.issuer)}, which issued ${name(top.subject)}`,
        'append the intermediate certificates of your CA (its “full chain” or “bundle”); of a private CA, its root too',
      );
}

function assertNames(
  { chain, leaf }: Pick<Pair, 'chain' | 'leaf'>,
  domains: readonly string[],
  file: string,
): void {
  const missing = uncoveredNames(chain[0], domains);
  if (missing.length === 0) return;
  throw new HermesError(
    'names-missing',
    `the certificate in ${file} is not for ${missing.join(', ')}, but for ${leaf.names.join(', ') || 'no name at all'}`,
    'request it for every name in DOMAIN (as subjectAltName), or correct DOMAIN',
  );
}

/** Extended key usages that let a certificate serve TLS: serverAuth, and any (RFC 5280, section 4.2.1.12). */
const serverUsages = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0'];

function assertPurpose(leaf: X509Certificate, file: string): void {
  // Node's types call it always present, but a certificate without the extension has none, and may serve.
  const usages = leaf.keyUsage as string[] | undefined;
  if (!usages || usages.some((usage) => serverUsages.includes(usage))) return;
  const cause = `the certificate in ${file} is not for TLS servers (its extended key usage lacks serverAuth)`;
  throw new HermesError('cert-purpose', cause, 'request a server certificate');
}

function assertStrength({ cert, key }: Pair, file: string): void {
  try {
    // Level 2 is what OpenSSL of Debian and others demand of nginx; Node's own is lower.
    createSecureContext({ cert, key, ciphers: 'DEFAULT@SECLEVEL=2' });
  } catch (cause) {
    throw new HermesError(
      'pair-weak',
      `OpenSSL refuses the certificate in ${file}: ${messageOf(cause)}`,
      'use ECDSA P-256, or RSA with at least 2048 bits, signed with SHA-256',
      { cause },
    );
  }
}
