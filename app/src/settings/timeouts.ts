import type { Settings } from './table.js';

/**
 * The one list of timeouts, in milliseconds. The app and both proxies take theirs from here, because they must agree.
 */
export interface Timeouts {
  /** Between two pings of the server. */
  readonly ping: number;
  /** From a ping until the peer counts as dead. */
  readonly pong: number;
  /** Longest silence that the proxy bears on a socket: no live one is silent for longer than a ping and its pong. */
  readonly idle: number;
  /** For a client to send its request head; cuts half-written handshakes. */
  readonly requestHead: number;
  /** Between two reads of a request body. */
  readonly requestBody: number;
  /** For a whole request, however slowly its body comes, and for its answer. */
  readonly request: number;
  /** For the proxy to connect to the app. */
  readonly connect: number;
  /** From our close frame until the connection is cut, if the peer does not answer. */
  readonly close: number;
  /** Over which a stopping instance sends its sockets away. */
  readonly drain: number;
  /** From SIGTERM until a supervisor may kill. */
  readonly stopGrace: number;
}

const slack = 15_000;

export function deriveTimeouts(settings: Settings): Timeouts {
  const drain = settings.DRAIN_SECONDS * 1_000;
  const close = 10_000;
  return {
    ping: settings.PING_INTERVAL,
    pong: settings.PONG_TIMEOUT,
    idle: settings.PING_INTERVAL + settings.PONG_TIMEOUT + slack,
    requestHead: 10_000,
    requestBody: Math.min(60_000, settings.REQUEST_TIMEOUT),
    request: settings.REQUEST_TIMEOUT,
    connect: 5_000,
    close,
    drain,
    stopGrace: drain + close + slack,
  };
}
