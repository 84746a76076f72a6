import { row } from './row.js';

/** The way of a client. */
export const connection = {
  PORT_CLOSED: row(
    'Nothing listens on the port.',
    'start the server, or correct the port; on its host: make doctor',
  ),
  NO_ANSWER: row(
    'Packets get no answer: a firewall drops them, or the address is wrong.',
    'open the port for TCP on the host and in front of it',
  ),
  NOT_TLS: row('The port speaks plain HTTP, not TLS.', 'use the port of the proxy, or ws://'),
  PORT_SPEAKS_TLS: row('The port speaks TLS, and was asked in plain text.', 'use wss://'),
  TLS_FAILED: row(
    'The TLS handshake fails before a certificate is seen, such as for a name that the server does not know.',
    'on its host: make doctor; the name in the URL has to be in DOMAIN',
  ),
  TLS_OBSOLETE: row(
    'The server still takes TLS 1.0 or 1.1, or nothing newer (RFC 8996).',
    'allow TLS 1.2 and 1.3 only; in Nginx: ssl_protocols TLSv1.2 TLSv1.3;',
  ),
  NOT_HTTP: row('What answers is no HTTP.', 'correct the port'),
  CONNECTION_CUT: row(
    'The connection is closed in the middle of the handshake, without an answer.',
    'name the host of the URL in DOMAIN; a proxy in front may close it, too',
  ),
  UPGRADE_DROPPED: row(
    'The path answers as to an ordinary request: a proxy on the way drops the upgrade, or it is no WebSocket.',
    'in Nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;',
  ),
  UPGRADE_REFUSED: row('The upgrade is refused with a status of another kind.', 'see the body in the cause'),
  ACCEPT_WRONG: row(
    'The answer is 101, but does not prove that a WebSocket server gave it (RFC 6455, section 4.1).',
    'look at what is on the way: a cache or a gateway',
  ),
  REDIRECTED: row(
    'The upgrade is redirected; clients of WebSockets do not follow.',
    'use the URL it leads to',
  ),
  TOKEN_REFUSED: row(
    'The token was refused: it has expired, or was signed with another secret.',
    'make token USER=me TENANT=demo; after a change of JWT_SECRET_KEY: make up',
  ),
  FORBIDDEN: row(
    'The token may not use this path, or the origin is not allowed.',
    'use a token of that tenant',
  ),
  PATH_UNKNOWN: row(
    'There is no such path.',
    'one of /ws, /ws/notifications, /ws/tenant/{id}, /ws/device/{id}',
  ),
  RATE_LIMITED: row(
    'This address has too many sockets, or makes handshakes too fast.',
    'wait, or `make up CONNECTIONS_PER_ADDRESS=…`',
  ),
  UPSTREAM_DOWN: row(
    'The proxy answers, the app behind it does not (502).',
    'make logs; make down && make up',
  ),
  UNAVAILABLE: row(
    'The server takes no more sockets, or is about to stop (503).',
    '`make up MAX_CONNECTIONS=…`; or wait for the restart to end',
  ),
  UPSTREAM_TIMEOUT: row('The app gave the proxy no answer in time (504).', 'make logs; make status'),
  SERVER_ERROR: row('The server failed (another 5xx).', 'make logs'),
  PONG_MISSING: row(
    'The socket opens, and a ping is not answered: nothing comes through.',
    'look at what is between proxy and app; a gateway may buffer',
  ),
  CLOSED_AT_ONCE: row('The socket opens, and is closed at once.', 'the close code in the cause says why'),
  CLOCK_WRONG: row('Two clocks differ by more than five minutes.', 'timedatectl set-ntp true'),
};
