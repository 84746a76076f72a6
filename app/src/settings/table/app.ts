import { integer, oneOf, port, processes, socketPath, text } from '../kinds.js';
import { type Raw, settingsOf } from '../setting.js';

const setting = settingsOf('app');

/** The process of the app. */
export const app = {
  APP_PORT: setting(port(), 'Port of the app.', { fallback: '5000' }),
  APP_REPLICAS: setting(
    integer(1, 16),
    'Processes of the app, on APP_PORT and the ports after it; more than one need a proxy and a Redis, in containers a MongoDB, too.',
    { fallback: '1' },
  ),
  APP_BIND: setting(text(), 'Address the app listens on; `*` is every address.', {
    fallback: (raw: Raw) =>
      raw('PROXY') === 'none' || raw('SSL_KEYFILE') || raw('SSL_CERTFILE') ? '*' : '127.0.0.1',
    fallbackDoc: '127.0.0.1 behind a proxy, `*` for direct TLS or `PROXY=none`',
  }),
  APP_SOCKET: setting(
    socketPath(),
    'Unix socket that the app listens on besides its port, for Nginx on the same host: `off`, a path, or `auto`. Traefik and containers use the port.',
    { fallback: 'off' },
  ),
  TRUST_PROXY_HOPS: setting(
    integer(0, 10),
    'Proxies in front of the app whose X-Forwarded-For is believed.',
    {
      fallback: (raw: Raw) => (raw('PROXY') === 'none' ? '0' : '1'),
      fallbackDoc: '1 behind a proxy, 0 with `PROXY=none`',
    },
  ),
  DATA_DIR: setting(text(), 'Folder of the embedded bus and store.', { fallback: '.hermes/data' }),
  DRAIN_SECONDS: setting(
    integer(0, 600),
    'Seconds over which a stopping instance sends its sockets away (close code 1012).',
    { fallback: '10' },
  ),
  WORKERS: setting(
    processes(128),
    'Processes that share the port, each on one core; more than one needs Redis. `auto`: one for each core with Redis, else one.',
    { fallback: '1' },
  ),
  LOG_LEVEL: setting(
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'Least severe level that is logged.',
    { fallback: 'info' },
  ),
};
