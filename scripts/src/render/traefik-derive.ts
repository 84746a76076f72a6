import { join } from 'node:path';
import { hstsMaxAge, promisesHttps } from '../../../app/src/settings/hsts.js';
import { isPublicTls, type SettingKey, type Settings } from '../../../app/src/settings/table.js';
import { deriveTimeouts } from '../../../app/src/settings/timeouts.js';
import { tlsPolicy, tlsVersions } from '../../../app/src/tls/policy.js';
import { checkTraefik } from './invariants.js';
import type { TraefikAcme, TraefikPlace } from './traefik-place.js';
import { orderPath, proofPath, watched } from './traefik-plan.js';
import { goGroups, goSuite, goVersion } from './traefik-tls.js';

/**
 * Settings in the words of Traefik: a value for each placeholder of the files that `planTraefik` chooses, and no other.
 * @throws HermesError named after an invariant, such as `ports-collide`
 */
export function deriveTraefik(settings: Settings, place: TraefikPlace): Record<string, string> {
  const times = deriveTimeouts(settings);
  const { upstreams } = place;
  checkTraefik({
    settings,
    upstreams: upstreams === 'followed' ? [] : upstreams,
    ...(place.listen && { listen: place.listen }),
  });
  const tls = settings.TLS !== 'off';
  return {
    HERMES_ACCESS_LOG: quoted(place.accessLog),
    HERMES_DYNAMIC_DIRECTORY: quoted(join(place.folder, watched)),
    HERMES_HTTP_PORT: String(place.listen?.http ?? settings.HTTP_PORT),
    HERMES_IDLE_TIMEOUT: time(times.idle),
    HERMES_GRACE_TIMEOUT: time(times.drain + times.close),
    HERMES_HEAD_BYTES: String(headBytes),
    HERMES_ATTEMPTS: String(upstreams.length > 1 ? attempts : 1),
    ...(upstreams !== 'followed' && {
      HERMES_UPSTREAMS: serverLines(upstreams),
      HERMES_CONNECT_TIMEOUT: time(times.connect),
    }),
    HERMES_REQUEST_TIMEOUT: time(times.request),
    HERMES_HOSTS: hostRule(settings),
    HERMES_SCHEME: tls ? 'https' : 'http',
    HERMES_PORT: String(tls ? settings.HTTPS_PORT : settings.HTTP_PORT),
    HERMES_HSTS_MAX_AGE: String(promisesHttps(settings) ? hstsMaxAge : 0),
    HERMES_HANDSHAKE_RATE: String(settings.HANDSHAKES_PER_SECOND),
    HERMES_HANDSHAKE_BURST: String(2 * settings.HANDSHAKES_PER_SECOND),
    HERMES_CONNECTIONS_PER_ADDRESS: String(settings.CONNECTIONS_PER_ADDRESS),
    ...(tls && deriveTls(settings, place)),
    ...(settings.PROXY_METRICS_PORT && {
      HERMES_METRICS_ADDRESS: quoted(`${place.listen ? '' : '127.0.0.1'}:${settings.PROXY_METRICS_PORT}`),
    }),
  };
}

/** Over the pauses between them a process that died is found out by its health check, and is not chosen any more. */
const attempts = 10;

/** Servers as a list in YAML, at the depth where the templates have it. */
export const serverLines = (upstreams: readonly string[]) =>
  upstreams.map((upstream) => `- url: http://${upstream}`).join('\n          ');

/** Node's limit for the head of a request, `--max-http-header-size`. */
const headBytes = 16 * 1024;

function deriveTls(settings: Settings, { pem, acmeAnswers, acme, listen }: TraefikPlace) {
  const { TLS_POLICY, HTTPS_PORT, ACME_CHALLENGE } = settings;
  const protocols = ['h2', 'http/1.1', ...(acme && ACME_CHALLENGE === 'tls-alpn-01' ? ['acme-tls/1'] : [])];
  return {
    ...((!acme || acme.servesFiles) && { HERMES_PEM: quoted(pem) }),
    HERMES_TLS_PROTOCOLS: protocols.join(', '),
    ...(acme && deriveResolver(settings, acme, acmeAnswers !== undefined)),
    HERMES_HTTPS_PORT: String(listen?.https ?? HTTPS_PORT),
    HERMES_TLS_MINIMUM: goVersion(tlsVersions[TLS_POLICY][0]),
    ...(TLS_POLICY === 'intermediate' && { HERMES_TLS_CIPHERS: tlsPolicy.ciphers.map(goSuite).join(', ') }),
    HERMES_TLS_GROUPS: goGroups().join(', '),
    ...(acmeAnswers !== undefined && { HERMES_ACME_ANSWERS: acmeAnswers }),
  };
}

function deriveResolver(settings: Settings, { url, store, orders }: TraefikAcme, answers: boolean) {
  const { DOMAIN, ACME_CHALLENGE, ACME_CA_BUNDLE, ACME_RESOLVER, ACME_PROFILE } = settings;
  const [main = '', ...others] = DOMAIN;
  return {
    HERMES_ACME_URL: quoted(url),
    HERMES_ACME_ROOTS: ACME_CA_BUNDLE ? quoted(ACME_CA_BUNDLE) : '',
    HERMES_ACME_EMAIL: quoted(settings.ACME_EMAIL ?? ''),
    HERMES_ACME_STORAGE: quoted(store),
    HERMES_ACME_KEY_TYPE: settings.ACME_KEY_TYPE === 'rsa' ? 'RSA2048' : 'EC256',
    HERMES_ACME_PROFILE: ACME_PROFILE ?? '',
    HERMES_ACME_HOURS: String(Math.floor(settings.ACME_LIFETIME / hour)),
    ...(answers && { HERMES_ACME_PROOF_PATH: proofPath }),
    ...(orders && {
      HERMES_ACME_MAIN: main,
      HERMES_ACME_OTHERS: others.map(quoted).join(', '),
      HERMES_ACME_ORDER_PATH: orderPath,
    }),
    ...(ACME_CHALLENGE === 'dns-01' && {
      HERMES_ACME_DNS_PROVIDER: settings.ACME_DNS_PLUGIN ?? '',
      HERMES_ACME_RESOLVER: ACME_RESOLVER ? quoted(withPort(ACME_RESOLVER)) : '',
      HERMES_ACME_DNS_PROPAGATION: time(settings.ACME_DNS_PROPAGATION),
    }),
  };
}

const hour = 3_600_000;

/** The port of DNS is not implied in Traefik. */
const withPort = (address: string) =>
  /:\d+$/.test(address.replace(/^\[.*\]/, '')) ? address : `${address}:53`;

/** The certificate of the local CA is for this machine's own names, too. */
function hostRule(settings: Settings): string {
  const own = isPublicTls((key) => String(settings[key as SettingKey]))
    ? []
    : ['localhost', '127.0.0.1', '::1'];
  return [...new Set([...settings.DOMAIN, ...own])].map(hostMatcher).join(' || ');
}

/** A wildcard is for one label, as it is in the certificate (RFC 9525, section 6.3). */
function hostMatcher(name: string): string {
  if (!name.startsWith('*.')) return `Host(\`${name}\`)`;
  return `HostRegexp(\`^[^.]+${name.slice(1).replaceAll('.', '\\.')}$\`)`;
}

/** In YAML, which takes the strings of JSON. */
const quoted = (text: string) => JSON.stringify(text);

const time = (milliseconds: number) => `${milliseconds}ms`;
