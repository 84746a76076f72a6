import { duration, integer } from '../kinds.js';
import { settingsOf } from '../setting.js';

const setting = settingsOf('limits');

/** Limits and times. */
export const limits = {
  REQUEST_TIMEOUT: setting(
    // Below, the head of a request would not be cut first.
    duration('15s', '1h'),
    'Time for a whole request, its body and its answer included; sockets are no requests.',
    { fallback: '120s' },
  ),
  PING_INTERVAL: setting(duration('1s', '5m'), 'Time between two pings of the server.', {
    fallback: '25s',
  }),
  PONG_TIMEOUT: setting(duration('1s', '5m'), 'Time a client has to answer a ping.', {
    fallback: '20s',
  }),
  MAX_CONNECTIONS: setting(
    integer(1, 10_000_000),
    'Sockets an instance holds, each worker its share; beyond, new handshakes get 503.',
    {
      fallback: '20000',
    },
  ),
  CONNECTIONS_PER_ADDRESS: setting(
    // nginx's limit_conn counts in 16 bits.
    integer(1, 65_535),
    'Sockets one client address may hold at the proxy, and at each worker; beyond, 429.',
    {
      fallback: '2000',
    },
  ),
  HANDSHAKES_PER_SECOND: setting(
    integer(1, 100_000),
    'Handshakes a second that one client address may make at the proxy, and at each worker; beyond twice as many at once, 429.',
    { fallback: '1000' },
  ),
  SLOW_CONSUMER_KB: setting(
    integer(64, 1_000_000),
    'KiB that may wait for one socket; beyond, it is closed with 1013.',
    { fallback: '4096' },
  ),
  SLOW_CONSUMERS_TOTAL_MB: setting(
    integer(1, 1_000_000),
    'MiB that may wait for all sockets of an instance together, for each worker its share; beyond, those that wait for the most are closed with 1013.',
    { fallback: '256' },
  ),
  SUBSCRIPTIONS_PER_SOCKET: setting(
    integer(1, 100_000),
    'Devices that one socket may subscribe to on `/ws`.',
    { fallback: '1000' },
  ),
};
