// @ts-check
/** @import { Problem } from './problem.js' */
import { inWords } from './durations.js';
import { tokenCommand } from './token-command.js';

/**
 * @typedef {object} Reading
 * @property {string} jwt  The token without what is easily pasted along with it.
 * @property {Record<string, unknown> | undefined} claims  Absent where the token could not be decoded.
 * @property {Problem | undefined} problem  Why the server would refuse it, as far as can be told without its secret.
 */

/**
 * Decodes a JWT and judges its claims. The signature is left to the server.
 *
 * @param {string} text  As it was pasted; `Bearer ` before it, quotes and blanks around it are dropped.
 * @param {number} now  Milliseconds since 1970.
 * @returns {Reading}
 */
export function readToken(text, now) {
  const jwt = text
    .trim()
    .replace(/^["']|["']$/g, '')
    .replace(/^Bearer\s+/i, '');
  if (jwt === '') return { jwt, claims: undefined, problem: missing };
  const [header, claims] = jwt.split('.').slice(0, 2).map(decoded);
  // The pattern also keeps out what cannot stand in a subprotocol, where the token travels.
  if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(jwt) || !header || !claims) {
    return { jwt, claims: undefined, problem: malformed };
  }
  return { jwt, claims, problem: fault(header, claims, now) };
}

/**
 * How long the token is still good for, in milliseconds; undefined where it never expires.
 *
 * @param {Record<string, unknown>} claims
 * @param {number} now
 */
export function lifeLeft(claims, now) {
  return typeof claims.exp === 'number' ? claims.exp * 1_000 - now : undefined;
}

/** @type {Problem} */
const missing = {
  code: 'token-missing',
  title: 'There is no token yet',
  detail: 'Every channel asks for a token.',
  fix: 'Paste one into the token field, or open “Make a token” for the command that prints one.',
  retry: false,
};

/** @type {Problem} */
const malformed = {
  code: 'token-malformed',
  title: 'This is not a token',
  detail: 'A token is a JWT: three parts of letters, digits, “-” and “_”, joined by two dots.',
  fix: 'Copy it again, whole and on one line; a part of it may be missing.',
  retry: false,
};

/**
 * @param {Record<string, unknown>} header
 * @param {Record<string, unknown>} claims
 * @param {number} now
 * @returns {Problem | undefined}
 */
function fault(header, claims, now) {
  const fix = `Make another one: ${tokenCommand(ownerOf(claims))}`;
  if (typeof header.alg !== 'string' || header.alg.toLowerCase() === 'none') {
    return refused('token-unsigned', 'The token is not signed', 'Anyone could have written it.', fix);
  }
  if (claims.token_type !== undefined && claims.token_type !== 'access') {
    const detail = `Its token_type is “${claims.token_type}”; the server takes access tokens only.`;
    return refused('token-type', 'This is not an access token', detail, fix);
  }
  if (!isUserId(claims.user_id)) {
    return refused('token-no-user', 'The token names no user', 'Its claim user_id is missing.', fix);
  }
  if (claims.exp !== undefined && typeof claims.exp !== 'number') {
    return refused('token-malformed', 'The token’s expiry is not a time', 'Its claim exp is no number.', fix);
  }
  if (typeof claims.exp === 'number' && claims.exp * 1_000 <= now) {
    const detail = `It ended ${inWords(now - claims.exp * 1_000)} ago, by this computer’s clock.`;
    return { ...refused('token-expired', 'The token has expired', detail, fix), uncertain: true };
  }
  if (typeof claims.nbf === 'number' && claims.nbf * 1_000 > now) {
    const detail = `It begins in ${inWords(claims.nbf * 1_000 - now)}, by this computer’s clock.`;
    const wait = 'Wait until then, or compare this computer’s clock with the one that made the token.';
    return { ...refused('token-early', 'The token is not valid yet', detail, wait), uncertain: true };
  }
  return undefined;
}

/** @param {string} code @param {string} title @param {string} detail @param {string} fix */
function refused(code, title, detail, fix) {
  return { code, title, detail, fix, retry: false };
}

/** @param {Record<string, unknown>} claims */
function ownerOf(claims) {
  return {
    user: isUserId(claims.user_id) ? String(claims.user_id) : '…',
    tenant: typeof claims.cs_tenant_id === 'string' ? claims.cs_tenant_id : '',
    superuser: claims.is_superuser === true,
  };
}

/** @param {unknown} id */
function isUserId(id) {
  return typeof id === 'number' || (typeof id === 'string' && id !== '');
}

/**
 * @param {string} part  base64url of a JSON object.
 * @returns {Record<string, unknown> | undefined}
 */
function decoded(part) {
  try {
    const bytes = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
    const json = new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)),
    );
    const value = JSON.parse(json);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
