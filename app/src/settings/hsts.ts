import type { Settings } from './table.js';

/** Seconds of Strict-Transport-Security: two years, as Mozilla's guideline has it. */
export const hstsMaxAge = 63_072_000;

/**
 * Whether browsers are told to use HTTPS only from now on (RFC 6797). They remember it for as long as that, so not for a
 * certificate of which the world knows nothing, nor for localhost, where it would cut off a developer's other servers.
 */
export function promisesHttps({ TLS, ACME_DIRECTORY, DOMAIN }: Settings): boolean {
  const trusted = TLS === 'files' || (TLS === 'letsencrypt' && ACME_DIRECTORY === 'production');
  return trusted && DOMAIN.some((name) => name !== 'localhost');
}
