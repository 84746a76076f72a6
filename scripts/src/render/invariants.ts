import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import type { Timeouts } from '../../../app/src/settings/timeouts.js';
import type { Place } from './place.js';
import type { TraefikPlace } from './traefik-place.js';
import { atLeast } from './version.js';

/** What must agree before nginx is configured. */
export interface NginxFacts {
  readonly settings: Settings;
  readonly place: Place;
  readonly times: Timeouts;
}

/** What must agree before any proxy is configured. */
export interface ProxyFacts {
  readonly settings: Settings;
  /** Host and port of each process of the app. */
  readonly upstreams: readonly string[];
}

/** What must agree before Traefik is configured. */
export interface TraefikFacts extends ProxyFacts {
  /** Ports of its entry points, where they are not HTTP_PORT and HTTPS_PORT. */
  readonly listen?: TraefikPlace['listen'];
}

/** Message and hint of a broken invariant; undefined where it holds. */
type Invariant<Facts> = (facts: Facts) => readonly [message: string, hint: string] | undefined;

/** By name, which is the code of the error. */
type Invariants<Facts> = Readonly<Record<string, Invariant<Facts>>>;

const ofNginx: Invariants<NginxFacts> = {
  'nginx-too-old': ({ place }) =>
    atLeast(place.nginxVersion, oldest)
      ? undefined
      : [`nginx is ${place.nginxVersion}, but ${oldest} is the oldest that will do`, 'install a newer nginx'],

  'ping-outlasts-idle': ({ times: { ping, pong, idle } }) =>
    ping + pong < idle
      ? undefined
      : [
          `a live socket may be silent for ${ping + pong} ms, but nginx cuts it after ${idle} ms`,
          'lower PING_INTERVAL or PONG_TIMEOUT',
        ],

  'path-not-quotable': ({ place: { runDirectory, pem, accessLog, acmeWebroot, upstreams } }) => {
    const path = [runDirectory, pem, accessLog, acmeWebroot ?? '', ...upstreams].find((text) =>
      /["$\\\p{Cc}]/u.test(text),
    );
    return path === undefined
      ? undefined
      : [
          `${JSON.stringify(path)} has a quote, a dollar sign, a backslash or a control character, which nginx cannot take in a path`,
          'move the project to a folder without',
        ];
  },
};

const ofEveryProxy: Invariants<ProxyFacts> = {
  'ports-collide': ({ settings: { TLS, HTTP_PORT, HTTPS_PORT } }) =>
    TLS === 'off' || HTTP_PORT !== HTTPS_PORT
      ? undefined
      : [`HTTP_PORT=${HTTP_PORT} and HTTPS_PORT=${HTTPS_PORT} are the same port`, 'change one of them'],

  'app-port-collides': ({ settings: { TLS, HTTP_PORT, HTTPS_PORT }, upstreams }) => {
    for (const upstream of upstreams) {
      const port = Number(/^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\]):(\d+)$/.exec(upstream)?.[1]);
      const taken =
        port === HTTP_PORT ? 'HTTP_PORT' : TLS !== 'off' && port === HTTPS_PORT ? 'HTTPS_PORT' : undefined;
      if (taken) {
        const cause = `the app listens on ${upstream}, and ${taken}=${port} is the same port`;
        return [cause, `change ${taken} or APP_PORT`];
      }
    }
    return undefined;
  },
};

const ofTraefik: Invariants<TraefikFacts> = {
  'metrics-port-collides': ({ settings, upstreams, listen }) => {
    const { PROXY_METRICS_PORT: port, TLS } = settings;
    const { http, https } = listen ?? { http: settings.HTTP_PORT, https: settings.HTTPS_PORT };
    const taken = [http, ...(TLS === 'off' ? [] : [https])];
    return port !== undefined && (taken.includes(port) || upstreams.includes(`127.0.0.1:${port}`))
      ? [`PROXY_METRICS_PORT=${port} is the port of something else`, 'change it']
      : undefined;
  },
};

/** `ssl_reject_handshake` came with 1.19.4, starting with `-e stderr` with 1.19.5. */
const oldest = '1.20.0';

/** @throws HermesError whose code is the name of the first invariant that does not hold */
export function checkNginx(facts: NginxFacts): void {
  check(ofNginx, facts);
  check(ofEveryProxy, { settings: facts.settings, upstreams: facts.place.upstreams });
}

/** @throws HermesError whose code is the name of the first invariant that does not hold */
export function checkTraefik(facts: TraefikFacts): void {
  check(ofEveryProxy, facts);
  check(ofTraefik, facts);
}

function check<Facts>(invariants: Invariants<Facts>, facts: Facts): void {
  for (const [name, invariant] of Object.entries(invariants)) {
    const broken = invariant(facts);
    if (broken) throw new HermesError(name, ...broken);
  }
}
