import { randomBytes } from 'node:crypto';
import type { Server } from 'node:tls';
import { tlsPolicy } from './policy.js';

/** Bytes that Node takes: a name, an HMAC key and an AES key of 16 each. */
const length = 48;

/** A new key of session tickets. */
export const newTicketKeys = (): Buffer => randomBytes(length);

/** Milliseconds that one is used for: as long as a session may be resumed. */
export const ticketKeysLife = 1_000 * tlsPolicy.sessionLifetime;

/**
 * Replaces the key of session tickets in time, so that who steals one can read the sessions of one such time at most
 * (RFC 5077, section 5.5; TLS 1.3 keeps forward secrecy by a new key exchange at each resumption). Node would keep its
 * first one for ever. It has room for one key only: at a replacement all tickets end, and their clients make one full
 * handshake.
 * @param interval milliseconds
 */
export function rotateTicketKeys(
  server: Server,
  interval = ticketKeysLife,
): { rotate(): void; stop(): void } {
  const rotate = () => server.setTicketKeys(newTicketKeys());
  const timer = setInterval(rotate, interval).unref();
  return { rotate, stop: () => clearInterval(timer) };
}
