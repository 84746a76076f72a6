import { hostname } from 'node:os';
import type { z } from 'zod';
import { profileLifetime } from './acme-profiles.js';
import {
  acmeDirectory,
  acmeRehearsal,
  duration,
  fernetKey,
  flag,
  hostNames,
  integer,
  oneOf,
  origins,
  pattern,
  port,
  processes,
  redisUrl,
  services,
  socketPath,
  text,
  url,
} from './kinds.js';

/** Who reads a setting: the app, the kit around it, or both. It groups the reference page and `.env.example`. */
export type Scope =
  | 'stack'
  | 'containers'
  | 'deploy'
  | 'certificates'
  | 'app'
  | 'access'
  | 'backends'
  | 'limits';

type Raw = (key: string) => string;

export interface Setting<T = unknown> {
  readonly schema: z.ZodType<T, string>;
  readonly scope: Scope;
  /** What the setting does, in one sentence. */
  readonly doc: string;
  /** Text used when nothing is set; a function where it follows from other settings. Absent: the setting is empty. */
  readonly fallback?: string | ((raw: Raw) => string);
  /** How a computed default reads in the documentation. */
  readonly fallbackDoc?: string;
  /** Never printed; `generate` in `scripts` fills it in when `make up` makes `.env`. */
  readonly secret?: true;
  /** Characters below which a secret is taken with a warning only: RFC 7518, 3.2, wants 32 bytes for HS256. */
  readonly strongFrom?: number;
}

type More = Pick<Setting, 'fallback' | 'fallbackDoc' | 'secret' | 'strongFrom'>;

const setting = <T, const M extends More = object>(
  schema: z.ZodType<T, string>,
  scope: Scope,
  doc: string,
  more?: M,
) => ({ schema, scope, doc, ...(more as M) });

/** A public stage has a certificate that the world trusts: standard ports, HSTS. */
export const isPublicTls = (raw: Raw) => raw('TLS') === 'letsencrypt' || raw('TLS') === 'files';

/**
 * Every setting there is: validation, `.env.example` and the reference page all come from this table.
 * Command line, then environment, then `.env`, then the default here.
 */
export const table = {
  PROXY: setting(oneOf('nginx', 'traefik', 'none'), 'stack', 'What terminates TLS in front of the app.', {
    fallback: 'nginx',
  }),
  TLS: setting(
    oneOf('selfsigned', 'letsencrypt', 'files', 'off'),
    'stack',
    'Where certificates come from: a local CA, Let’s Encrypt, your own files; `off` is plain WS.',
    {
      fallback: (raw: Raw) =>
        raw('PROXY') === 'none' && raw('SSL_CERTFILE') && raw('SSL_KEYFILE') ? 'files' : 'selfsigned',
      fallbackDoc: '`selfsigned`; `files` with `PROXY=none` and both `SSL_…` files set',
    },
  ),
  ENGINE: setting(
    oneOf('auto', 'docker', 'native', 'swarm'),
    'stack',
    'Containers, or processes on this host; `auto`: containers where a Docker engine answers. `swarm`, for `make deploy` only: the nodes of a Docker Swarm.',
    { fallback: 'auto' },
  ),
  DOMAIN: setting(
    hostNames(),
    'stack',
    'Host names to serve, separated by commas; the first one names the certificate.',
    {
      fallback: 'localhost',
    },
  ),
  HTTP_PORT: setting(port(), 'stack', 'Port of the proxy for HTTP, which only redirects to HTTPS.', {
    fallback: (raw: Raw) => (isPublicTls(raw) ? '80' : '8080'),
    fallbackDoc: '8080, or 80 with `TLS=letsencrypt` or `files`',
  }),
  HTTPS_PORT: setting(port(), 'stack', 'Port of the proxy for HTTPS and WSS.', {
    fallback: (raw: Raw) => (isPublicTls(raw) ? '443' : '8443'),
    fallbackDoc: '8443, or 443 with `TLS=letsencrypt` or `files`',
  }),

  STAGE: setting(
    oneOf('dev', 'staging', 'production'),
    'containers',
    'What the containers are for: how much memory they may use, and how they start again.',
    {
      fallback: (raw: Raw) => (isPublicTls(raw) ? 'production' : 'dev'),
      fallbackDoc: '`dev`, or `production` with `TLS=letsencrypt` or `files`',
    },
  ),
  SERVICES: setting(
    services(),
    'containers',
    'Servers to run beside the app, separated by commas: `redis` carries the bus, `mongo` keeps the history, `mqtt` is a broker for ChirpStack.',
  ),
  COMPOSE_PROJECT: setting(
    pattern(/^[a-z0-9][a-z0-9_-]*$/, 'lower-case letters, digits, - and _'),
    'containers',
    'Name of the Compose project: it begins the names of containers, networks and volumes.',
    { fallback: 'monitor-hermes' },
  ),
  DOCKER_NETWORK: setting(
    pattern(/^[a-zA-Z0-9][\w.-]*$/, 'the name of a Docker network, such as chirp-django-net'),
    'containers',
    'Network that exists already, such as `chirp-django-net`, on which containers of others reach the app as `hermes`.',
  ),
  SWARM_CERTS: setting(
    pattern(/^(?:nfs:\/\/[^/\s,]+)?\/[^\s,]+$/, 'an absolute path, or nfs://SERVER/EXPORT'),
    'containers',
    'Where all nodes of a swarm find the certificates: a folder laid out as `certs/`, under one path on each, or an NFS export of one. Empty: `certs/` itself, where the only node is this host.',
  ),
  MONGO_PASSWORD: setting(
    text(),
    'containers',
    'Password of `hermes`, who administers the MongoDB that `SERVICES` runs; the app has a user of its own there.',
    { secret: true },
  ),
  MQTT_PASSWORD: setting(
    pattern(/^[\x21-\x39\x3b-\x7e]+$/, 'printable characters without spaces and colons'),
    'containers',
    'Password of `chirpstack` at the MQTT broker that `SERVICES` runs; the app has a user of its own there.',
    { secret: true },
  ),
  DEPLOY_PATH: setting(
    pattern(
      /^(?!.*(^|\/)\.\.?(\/|$))[\w.@+/-]+$/,
      'the path of a folder without spaces, such as /srv/monitor-hermes',
    ),
    'deploy',
    'Folder of the installation on a host that is deployed to; from the home of the user there, unless it begins with `/`.',
    { fallback: 'monitor-hermes' },
  ),
  REGISTRY: setting(
    pattern(
      /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/,
      'a registry and a path in it, such as registry.example.com/hermes',
    ),
    'deploy',
    'Registry by which images come to the host, so that only layers that it lacks are sent; both sides have to be logged in. Empty: they go by ssh.',
  ),
  SSH_CONFIG: setting(
    text(),
    'deploy',
    'Configuration file of ssh for the commands with HOST. Empty: your own.',
  ),
  PROXY_METRICS_PORT: setting(
    port(),
    'stack',
    'Port of Traefik’s own metrics, on this host only; in containers, for other containers only. Empty: none.',
  ),

  ACME_EMAIL: setting(text(), 'certificates', 'Contact of the ACME account; a CA may do without.'),
  ACME_DIRECTORY: setting(
    acmeDirectory(),
    'certificates',
    'ACME directory: Let’s Encrypt’s `production` or `staging`, or the URL of another CA.',
    { fallback: 'production' },
  ),
  ACME_REHEARSAL: setting(
    acmeRehearsal(),
    'certificates',
    'Directory that has to issue once before a new host asks ACME_DIRECTORY; `auto` is Let’s Encrypt’s staging before its production, and none before another CA.',
    { fallback: 'auto' },
  ),
  ACME_CA_BUNDLE: setting(text(), 'certificates', 'CA file to trust when talking to the ACME server.'),
  ACME_CLIENT: setting(
    oneOf('certbot', 'traefik'),
    'certificates',
    'Who asks the CA: certbot, or Traefik itself with `PROXY=traefik`.',
    { fallback: 'certbot' },
  ),
  ACME_CHALLENGE: setting(
    oneOf('http-01', 'dns-01', 'tls-alpn-01'),
    'certificates',
    'How the ACME server validates the names; a wildcard needs dns-01, and tls-alpn-01 needs `ACME_CLIENT=traefik`.',
    {
      fallback: 'http-01',
    },
  ),
  ACME_ANSWER_PORT: setting(
    port(),
    'certificates',
    'Port, on this host only, at which certbot answers http-01 behind Traefik, and at which the way there is checked beforehand.',
    { fallback: '5080' },
  ),
  ACME_DNS_PLUGIN: setting(
    pattern(
      /^[a-z0-9][a-z0-9-]*$/,
      'the name of a DNS plugin of the ACME client, such as rfc2136 or cloudflare',
    ),
    'certificates',
    'Plugin of certbot, or provider of Traefik, that answers dns-01, such as `rfc2136` or `cloudflare`.',
  ),
  ACME_DNS_CREDENTIALS: setting(
    text(),
    'certificates',
    'File with the credentials for ACME_DNS_PLUGIN, in that plugin’s format, for Traefik as lines `NAME=value`; only its owner may read it.',
  ),
  ACME_DNS_PROPAGATION: setting(
    duration('0s', '1h'),
    'certificates',
    'Time from a change of DNS until the CA is told to look.',
    { fallback: '60s' },
  ),
  ACME_PROFILE: setting(
    pattern(/^[A-Za-z0-9_.-]+$/, 'the name of a profile, such as classic, tlsserver or shortlived'),
    'certificates',
    'ACME certificate profile: at Let’s Encrypt `classic`, `tlsserver` or `shortlived`. Empty: the CA’s own default.',
  ),
  ACME_LIFETIME: setting(
    duration('1h', '400d'),
    'certificates',
    'Life of the certificates that the CA issues, by which Traefik plans its renewals with `ACME_CLIENT=traefik`.',
    {
      fallback: (raw: Raw) => `${profileLifetime(raw('ACME_PROFILE'))}h`,
      fallbackDoc: 'that of ACME_PROFILE at Let’s Encrypt, else 90 days',
    },
  ),
  ACME_KEY_TYPE: setting(
    oneOf('ecdsa', 'rsa'),
    'certificates',
    'Kind of key: ECDSA P-256, or RSA 2048 for clients that are very old.',
    { fallback: 'ecdsa' },
  ),
  ACME_EAB_KID: setting(text(), 'certificates', 'Key id of an external account, for a CA that asks for one.'),
  ACME_EAB_HMAC_KEY: setting(
    pattern(
      /^(?:[\w-]{4})*(?:[\w-]{2}(?:==)?|[\w-]{3}=?)?$/,
      'the key in base64url (RFC 4648, section 5), as the CA shows it',
    ),
    'certificates',
    'Key of the external account, as base64url.',
    { secret: true },
  ),
  ACME_LIMITS: setting(
    oneOf('auto', 'letsencrypt', 'none'),
    'certificates',
    'Rate limits that we stop short of; `auto` is Let’s Encrypt’s own for its directories, and none for another CA.',
    { fallback: 'auto' },
  ),
  ACME_PREFLIGHT: setting(
    flag(),
    'certificates',
    'Before the CA is asked, check names, port 80, CAA records and the clock.',
    { fallback: 'true' },
  ),
  ACME_RESOLVER: setting(
    pattern(
      /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/,
      'the address of a DNS server, such as 9.9.9.9 or [2620:fe::fe]:53',
    ),
    'certificates',
    'DNS server that these checks ask. Empty: the system’s.',
  ),
  TLS_POLICY: setting(
    oneOf('intermediate', 'modern'),
    'certificates',
    'Mozilla’s configuration: TLS 1.2 and 1.3, or 1.3 only.',
    { fallback: 'intermediate' },
  ),
  ALERT_WEBHOOK: setting(
    url('https', 'http'),
    'certificates',
    'URL that gets a JSON message when a renewal fails, an old certificate is served, or its life runs out.',
    { secret: true },
  ),
  WATCH_PORT: setting(
    port(),
    'certificates',
    'Port, on this host only, of the metrics of certificates as seen on the wire.',
    { fallback: '9464' },
  ),
  CERT_DAYS: setting(
    integer(1, 90),
    'certificates',
    'Days that a certificate of the local CA is valid. At most 90.',
    { fallback: '90' },
  ),
  SSL_KEYFILE: setting(text(), 'certificates', 'Private key for direct TLS in the app (PEM).'),
  SSL_CERTFILE: setting(text(), 'certificates', 'Certificate chain for direct TLS in the app (PEM).'),
  SSL_REQUIRED: setting(
    flag(),
    'certificates',
    'Refuse to start, rather than fall back to WS, when direct TLS is not possible.',
    { fallback: 'false' },
  ),

  APP_PORT: setting(port(), 'app', 'Port of the app.', { fallback: '5000' }),
  APP_REPLICAS: setting(
    integer(1, 16),
    'app',
    'Processes of the app, on APP_PORT and the ports after it; more than one need a proxy and a Redis, in containers a MongoDB, too.',
    { fallback: '1' },
  ),
  APP_BIND: setting(text(), 'app', 'Address the app listens on; `*` is every address.', {
    fallback: (raw: Raw) =>
      raw('PROXY') === 'none' || raw('SSL_KEYFILE') || raw('SSL_CERTFILE') ? '*' : '127.0.0.1',
    fallbackDoc: '127.0.0.1 behind a proxy, `*` for direct TLS or `PROXY=none`',
  }),
  APP_SOCKET: setting(
    socketPath(),
    'app',
    'Unix socket that the app listens on besides its port, for Nginx on the same host: `off`, a path, or `auto`. Traefik and containers use the port.',
    { fallback: 'off' },
  ),
  TRUST_PROXY_HOPS: setting(
    integer(0, 10),
    'app',
    'Proxies in front of the app whose X-Forwarded-For is believed.',
    {
      fallback: (raw: Raw) => (raw('PROXY') === 'none' ? '0' : '1'),
      fallbackDoc: '1 behind a proxy, 0 with `PROXY=none`',
    },
  ),
  DATA_DIR: setting(text(), 'app', 'Folder of the embedded bus and store.', { fallback: '.hermes/data' }),
  DRAIN_SECONDS: setting(
    integer(0, 600),
    'app',
    'Seconds over which a stopping instance sends its sockets away (close code 1012).',
    { fallback: '10' },
  ),
  WORKERS: setting(
    processes(128),
    'app',
    'Processes that share the port, each on one core; more than one needs Redis. `auto`: one for each core with Redis, else one.',
    { fallback: '1' },
  ),
  LOG_LEVEL: setting(
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'app',
    'Least severe level that is logged.',
    { fallback: 'info' },
  ),

  JWT_SECRET_KEY: setting(text(), 'access', 'Secret that signs the tokens of clients.', {
    secret: true,
    strongFrom: 32,
  }),
  JWT_ALGORITHM: setting(
    oneOf('HS256', 'HS384', 'HS512'),
    'access',
    'The one algorithm that tokens may use.',
    {
      fallback: 'HS256',
    },
  ),
  JWT_ALLOW_NO_EXP: setting(flag(), 'access', 'Accept tokens that never expire.', { fallback: 'false' }),
  SERVICE_API_KEY: setting(text(), 'access', 'Key that services send as X-API-Key.', {
    secret: true,
    strongFrom: 16,
  }),
  WS_SECRET: setting(
    fernetKey(),
    'access',
    'Fernet key for encrypted ids in `/ws/tenant/{id}` and `/ws/device/{id}`.',
    { secret: true },
  ),
  ALLOWED_ORIGINS: setting(
    origins(),
    'access',
    'Origins whose pages may connect, besides the page’s own host; `*` is any.',
  ),
  DEVICE_REASSIGN: setting(
    flag(),
    'access',
    'Let an uplink move a device to another tenant. Otherwise such an uplink is refused.',
    { fallback: 'false' },
  ),

  BUS_URL: setting(redisUrl(), 'backends', 'Redis (6.2 or later) that carries the bus; empty: embedded.', {
    secret: true,
  }),
  REDIS_URL: setting(redisUrl(), 'backends', 'The same as BUS_URL, under its usual name.', { secret: true }),
  REDIS_HOST: setting(text(), 'backends', 'Host of Redis, where no URL is given.'),
  REDIS_PORT: setting(port(), 'backends', 'Port of Redis, where no URL is given.', { fallback: '6379' }),
  REDIS_PASSWORD: setting(
    text(),
    'backends',
    'Password of Redis, where no URL is given, and of the one that `SERVICES` runs.',
    { secret: true },
  ),
  BUS_PREFIX: setting(text(), 'backends', 'Sets installations apart that share a Redis.', {
    fallback: 'hermes',
  }),
  DEDUPE_WINDOW: setting(
    duration('1m', '30d'),
    'backends',
    'Time for which Redis remembers a deduplicationId; embedded, it is remembered as long as its message.',
    { fallback: '1d' },
  ),
  MONGO_URI: setting(
    url('mongodb', 'mongodb+srv'),
    'backends',
    'MongoDB (6 or later) for history; empty: embedded.',
    { secret: true },
  ),
  MONGO_DB: setting(text(), 'backends', 'Database, where MONGO_URI names none.', { fallback: 'hermes' }),
  MESSAGE_TTL_DAYS: setting(integer(1, 36_500), 'backends', 'Days after which MongoDB removes a message.', {
    fallback: '90',
  }),
  MQTT_URL: setting(url('mqtt', 'mqtts'), 'backends', 'Broker of ChirpStack v4; empty: no MQTT.', {
    secret: true,
  }),
  MQTT_CLIENT_ID: setting(
    text(),
    'backends',
    'Names this instance’s persistent session at the broker; instances need different ones.',
    {
      fallback: (raw: Raw) => `hermes-${hostname()}-${raw('APP_PORT')}`,
      fallbackDoc: '`hermes-<host>-<APP_PORT>`',
    },
  ),
  MQTT_SHARED: setting(
    flag(),
    'backends',
    'Instances split the uplinks (a shared subscription); `false`: each takes all, and what comes twice counts once.',
    { fallback: 'true' },
  ),
  MQTT_CA_FILE: setting(text(), 'backends', 'CA file to trust for `mqtts`, besides the public ones.'),
  BUS_RETENTION: setting(
    integer(100, 100_000_000),
    'backends',
    'Messages kept for `?since=` and for deduplication.',
    {
      fallback: '100000',
    },
  ),
  EMBEDDED_MAX_MB: setting(
    integer(1, 1_000_000),
    'backends',
    'Size in MiB to which the embedded bus, and likewise the embedded store, is bounded.',
    { fallback: '256' },
  ),

  REQUEST_TIMEOUT: setting(
    // Below, the head of a request would not be cut first.
    duration('15s', '1h'),
    'limits',
    'Time for a whole request, its body and its answer included; sockets are no requests.',
    { fallback: '120s' },
  ),
  PING_INTERVAL: setting(duration('1s', '5m'), 'limits', 'Time between two pings of the server.', {
    fallback: '25s',
  }),
  PONG_TIMEOUT: setting(duration('1s', '5m'), 'limits', 'Time a client has to answer a ping.', {
    fallback: '20s',
  }),
  MAX_CONNECTIONS: setting(
    integer(1, 10_000_000),
    'limits',
    'Sockets an instance holds, each worker its share; beyond, new handshakes get 503.',
    {
      fallback: '20000',
    },
  ),
  CONNECTIONS_PER_ADDRESS: setting(
    // nginx's limit_conn counts in 16 bits.
    integer(1, 65_535),
    'limits',
    'Sockets one client address may hold at the proxy, and at each worker; beyond, 429.',
    {
      fallback: '2000',
    },
  ),
  HANDSHAKES_PER_SECOND: setting(
    integer(1, 100_000),
    'limits',
    'Handshakes a second that one client address may make at the proxy, and at each worker; beyond twice as many at once, 429.',
    { fallback: '1000' },
  ),
  SLOW_CONSUMER_KB: setting(
    integer(64, 1_000_000),
    'limits',
    'KiB that may wait for one socket; beyond, it is closed with 1013.',
    { fallback: '4096' },
  ),
  SLOW_CONSUMERS_TOTAL_MB: setting(
    integer(1, 1_000_000),
    'limits',
    'MiB that may wait for all sockets of an instance together, for each worker its share; beyond, those that wait for the most are closed with 1013.',
    { fallback: '256' },
  ),
  SUBSCRIPTIONS_PER_SOCKET: setting(
    integer(1, 100_000),
    'limits',
    'Devices that one socket may subscribe to on `/ws`.',
    { fallback: '1000' },
  ),
};

export type SettingKey = keyof typeof table;

/** Typed values, one for each row; a row without a default may be undefined. Durations are in milliseconds. */
export type Settings = {
  readonly [Key in SettingKey]: (typeof table)[Key] extends { fallback: unknown }
    ? z.infer<(typeof table)[Key]['schema']>
    : z.infer<(typeof table)[Key]['schema']> | undefined;
};
