import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import jwt, { type Algorithm, type JwtPayload } from 'jsonwebtoken';
import { HermesError } from '../errors.js';

/** Who a token speaks for. */
export interface Identity {
  readonly userId: string;
  readonly username: string | null;
  readonly tenantId: string | null;
  readonly isSuperuser: boolean;
  readonly isGlobal: boolean;
  /** Seconds since 1970 at which the token ends, as in `exp` (RFC 7519); undefined when it never does. */
  readonly expiresAt: number | undefined;
}

export interface TokenPolicy {
  /** As `tokenKey` makes it. */
  readonly secret: KeyObject;
  readonly algorithm: Algorithm;
  /** Accept a token without `exp`. */
  readonly allowNoExpiry: boolean;
}

/**
 * The key in a secret. A text that is a public key stays one, so that no token passes that was signed with what everybody
 * may know. The library tells them apart too, but anew at every token, which is most of what a token costs.
 */
export function tokenKey(secret: string): KeyObject {
  try {
    return createPublicKey(secret);
  } catch {
    return createSecretKey(secret, 'utf8');
  }
}

/**
 * Verifies a JWT (RFC 7519) and reads its claims: `user_id` (required, text or number), `username`, `cs_tenant_id`,
 * `is_superuser`, `is_global`, `exp`. One algorithm only, so neither `none` nor a confused one gets through.
 * @throws HermesError `token-invalid`
 */
export function verifyToken(token: string, policy: TokenPolicy): Identity {
  let claims: JwtPayload;
  try {
    const verified = jwt.verify(token, policy.secret, { algorithms: [policy.algorithm] });
    claims = typeof verified === 'string' ? {} : verified;
  } catch (error) {
    // Other messages are not passed on: those of the JSON parser quote the payload.
    throw refusal(reasons[(error as Error).message] ?? 'it is not a JWT');
  }
  const userId = idOf(claims.user_id);
  if (userId === null) throw refusal('it has no user_id');
  if (claims.token_type !== undefined && claims.token_type !== 'access') {
    throw refusal('it is not an access token (token_type)');
  }
  if (claims.exp === undefined && !policy.allowNoExpiry)
    throw refusal('it has no exp, so it would never end');
  return {
    userId,
    username: typeof claims.username === 'string' ? claims.username : null,
    tenantId: idOf(claims.cs_tenant_id),
    isSuperuser: claims.is_superuser === true,
    isGlobal: claims.is_global === true,
    expiresAt: claims.exp,
  };
}

const reasons: Readonly<Record<string, string>> = {
  'jwt expired': 'it has expired',
  'jwt not active': 'it is not valid yet (nbf)',
  'invalid signature': 'its signature does not match JWT_SECRET_KEY',
  'invalid algorithm': 'its algorithm is not the one in JWT_ALGORITHM',
  'jwt signature is required': 'it is not signed',
  'invalid exp value': 'its exp is not a number',
  'invalid nbf value': 'its nbf is not a number',
};

function refusal(reason: string): HermesError {
  return new HermesError(
    'token-invalid',
    `the token was refused: ${reason}`,
    'get a new token and connect again',
  );
}

/** Ids come as text or as numbers; both are compared as text, and nothing else counts as an id. */
function idOf(claim: unknown): string | null {
  if (typeof claim === 'number' && Number.isFinite(claim)) return String(claim);
  return typeof claim === 'string' && claim !== '' ? claim : null;
}
