import { isIPv6 } from 'node:net';
import { reasonFor } from '../../../app/src/socket/close-code.js';
import type { FaultCode } from './faults.js';
import { type Findings, fault, joined, note, right } from './findings.js';
import type { Attempt, UpgradeTarget } from './upgrade.js';

/** A part of the way that a handshake takes. */
export interface Hop {
  /** Such as `straight to the app` or `through nginx`. */
  readonly name: string;
  /** How messages name address and port; absent: as they are. */
  readonly shown?: string | undefined;
  readonly target: Pick<UpgradeTarget, 'address' | 'port' | 'tls' | 'token'>;
}

/** What a try to open a WebSocket tells of a part of the way. */
export function readAttempt(attempt: Attempt, hop: Hop): Findings {
  const address = hop.shown ?? at(hop.target);
  const where = hop.name.includes(address) ? hop.name : `${hop.name}, at ${address}`;
  switch (attempt.reached) {
    case 'nothing':
      return unreachable(attempt, where);
    case 'connection':
    case 'tls':
      return cut(attempt, hop, where);
    case 'http':
      return answered(attempt, hop, where);
    case 'socket':
      return opened(attempt, hop, where);
  }
}

export const at = ({ address, port }: Pick<UpgradeTarget, 'address' | 'port'>) =>
  `${isIPv6(address) ? `[${address}]` : address}:${port}`;

type Failed = Extract<Attempt, { error: string }>;
type Answered = Extract<Attempt, { reached: 'http' }>;
type Opened = Extract<Attempt, { reached: 'socket' }>;

function unreachable({ code, error }: Failed, where: string): Findings {
  if (code === 'ECONNREFUSED')
    return fault('PORT_CLOSED', `${where}: nothing listens there (connection refused)`);
  return fault('NO_ANSWER', `${where}: ${error}`);
}

/** It was ended, or something came that is none of what was expected. */
function cut({ reached, code, error }: Failed, { target }: Hop, where: string): Findings {
  if (reached === 'connection' && target.tls) {
    if (/wrong version number|packet length too long|http request/i.test(error))
      return fault('NOT_TLS', `${where}: the answer to the TLS handshake is not TLS (${error})`);
    return fault('TLS_FAILED', `${where}: ${error || code}`);
  }
  if (/Invalid Sec-WebSocket-Accept|Invalid Upgrade header/.test(error))
    return fault('ACCEPT_WRONG', `${where}: the answer is 101, but ${error}`);
  if (code.startsWith('HPE_')) return fault('NOT_HTTP', `${where}: the answer is no HTTP (${error})`);
  if (code === 'ETIMEDOUT')
    return fault('NO_ANSWER', `${where}: the connection is there, and the upgrade gets ${error}`);
  return fault('CONNECTION_CUT', `${where}: closed without an answer (${error})`);
}

/** Statuses that say enough by themselves. */
const byStatus: Readonly<Record<number, FaultCode>> = {
  400: 'UPGRADE_DROPPED',
  403: 'FORBIDDEN',
  404: 'PATH_UNKNOWN',
  426: 'UPGRADE_DROPPED',
  429: 'RATE_LIMITED',
  502: 'UPSTREAM_DOWN',
  503: 'UNAVAILABLE',
  504: 'UPSTREAM_TIMEOUT',
};

function answered(
  { status, location: full, body }: Answered,
  { target, name }: Hop,
  where: string,
): Findings {
  const location = withoutQuery(full);
  const words = wordsOf(body);
  const cause = `${where}: the upgrade is answered by ${status}${words && ` (${words})`}`;
  if (status === 401)
    return target.token
      ? fault('TOKEN_REFUSED', cause)
      : joined([
          right(`Handshake ${name}: up to the token, which this path needs (401)`),
          note('no token was sent: with DOCTOR_TOKEN set, what comes after is looked at, too'),
        ]);
  if (status >= 300 && status < 400)
    return fault('REDIRECTED', `${cause}, to ${location || 'nowhere'}`, `use ${socketUrl(location)}`);
  if (/speaks TLS|plain HTTP request was sent to HTTPS port/i.test(body))
    return fault('PORT_SPEAKS_TLS', cause);
  if ((status >= 200 && status < 300) || /Upgrade header/i.test(body))
    return fault('UPGRADE_DROPPED', `${cause}: it did not come to the server as one`);
  return fault(byStatus[status] ?? (status >= 500 ? 'SERVER_ERROR' : 'UPGRADE_REFUSED'), cause);
}

const socketUrl = (location: string) =>
  location ? location.replace(/^http/, 'ws') : 'the URL of the server';

/** A query may hold a token, which a redirect repeats. */
const withoutQuery = (location: string) => location.replace(/[?#].*$/s, '');

/** What an answer says: ours in JSON, others in a page; on one line. */
function wordsOf(body: string): string {
  try {
    const { error, hint } = JSON.parse(body);
    return shortened([error, hint].filter((one) => typeof one === 'string').join('; '));
  } catch {
    return shortened(/<title>([^<]*)/i.exec(body)?.[1] ?? body);
  }
}

const shortened = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 200);

/** Codes with which services of others close a socket that has no token, or one that is not good. */
const unauthorised = [1008, 3000, 4001, 4401];

function opened({ pong, closed }: Opened, { target, name }: Hop, where: string): Findings {
  if (closed && unauthorised.includes(closed.code)) {
    const cause = `${where}: opened, then closed with ${closed.code}${closed.reason && ` (${closed.reason})`}`;
    return target.token
      ? fault('TOKEN_REFUSED', cause)
      : joined([
          right(`Handshake ${name}: up to the token, which this path needs (${closed.code})`),
          note('no token was sent: with DOCTOR_TOKEN set, what comes after is looked at, too'),
        ]);
  }
  if (closed) {
    const known =
      closed.reason || reasonFor(closed.code) || meanings[closed.code] || 'a code of the application';
    return fault('CLOSED_AT_ONCE', `${where}: opened, then closed with ${closed.code} (${known})`);
  }
  if (pong === undefined) return fault('PONG_MISSING', `${where}: opened (101), and no pong came in 5 s`);
  return right(`Handshake ${name}: open, ping answered in ${pong.toFixed(1)} ms`);
}

/** Of RFC 6455, section 7.4.1, what our own app does not send. */
const meanings: Readonly<Record<number, string>> = {
  1000: 'normal closure',
  1001: 'the server goes away',
  1005: 'no code',
  1006: 'the connection broke, with no closing frame',
  1010: 'the client wanted an extension',
  1014: 'a gateway got a bad answer from behind it',
};
