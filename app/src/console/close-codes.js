// @ts-check
/** @import { Problem } from './problem.js' */

/**
 * Close codes (RFC 6455, section 7.4, and IANA's registry) as this server uses them.
 *
 * @type {Readonly<Record<number, Pick<Problem, 'title' | 'detail' | 'fix' | 'retry'>>>}
 */
export const closeCodes = {
  1000: {
    title: 'Normal closure',
    detail: 'The connection was ended in the ordinary way.',
    fix: 'Press Connect when you need it again.',
    retry: false,
  },
  1001: {
    title: 'Going away',
    detail: 'The server is shutting down.',
    fix: 'Nothing, if it comes back; otherwise look at the server with make status.',
    retry: true,
  },
  1002: {
    title: 'Protocol error',
    detail: 'A frame broke the WebSocket protocol; something on the way may have damaged it.',
    fix: 'Press Connect again. If it repeats, look at proxies and virus scanners on the way.',
    retry: false,
  },
  1003: {
    title: 'Unsupported data',
    detail: 'A binary frame was sent; the server takes JSON as text only.',
    fix: 'Send text frames.',
    retry: false,
  },
  1005: {
    title: 'Closed without a code',
    detail: 'The other side, or a proxy on the way, ended the connection and gave no reason.',
    fix: 'If it repeats, run make doctor and read make logs.',
    retry: true,
  },
  1006: {
    title: 'Connection lost',
    detail: 'It broke off with no closing frame: the network, a proxy on the way, or the server’s process.',
    fix: 'If it repeats, run make doctor. If it repeats at a fixed interval, a proxy on the way has an idle timeout shorter than the server’s PING_INTERVAL.',
    retry: true,
  },
  1007: {
    title: 'Invalid text',
    detail: 'A text frame was not valid UTF-8.',
    fix: 'Send UTF-8.',
    retry: false,
  },
  1008: {
    title: 'Policy violation',
    detail: 'The server no longer accepts this token, most often because it has expired.',
    fix: 'Paste a new token and press Connect; “Use last id” resumes where this stopped.',
    retry: false,
  },
  1009: {
    title: 'Message too big',
    detail: 'A frame that was sent is larger than the server takes.',
    fix: 'Send smaller frames.',
    retry: false,
  },
  1011: {
    title: 'Server error',
    detail: 'The server met a fault of its own.',
    fix: 'Read make logs at this time; report what it says.',
    retry: true,
  },
  1012: {
    title: 'Service restart',
    detail: 'This instance is being stopped, for a restart or a deploy.',
    fix: 'Nothing: the console comes back by itself and resumes after the last id.',
    retry: true,
  },
  1013: {
    title: 'Try again later',
    detail: 'Messages came faster than this client took them.',
    fix: 'Choose a narrower channel, or a faster network. The console resumes after the last id.',
    retry: true,
  },
  1014: {
    title: 'Bad gateway',
    detail: 'A proxy on the way lost the server behind it.',
    fix: 'If it repeats, run make status and make doctor.',
    retry: true,
  },
};

/**
 * @param {number} code
 * @param {string} reason  The reason text of the close frame; may be empty.
 * @returns {Problem}
 */
export function explainClose(code, reason) {
  const known = closeCodes[code] ?? {
    title: 'Unknown close code',
    detail: 'This server does not use it, so something on the way may have sent it.',
    fix: 'Look the code up in the documentation of what stands between here and the server.',
    retry: false,
  };
  return {
    ...known,
    code: `close-${code}`,
    title: `${code} ${known.title}`,
    ...(reason && { reason }),
  };
}
