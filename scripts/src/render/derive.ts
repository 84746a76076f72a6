import { hstsMaxAge } from '../../../app/src/settings/hsts.js';
import { maxBodyBytes } from '../../../app/src/settings/limits.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { deriveTimeouts } from '../../../app/src/settings/timeouts.js';
import { groupsFor, type TlsVersion, tlsPolicy, tlsVersions } from '../../../app/src/tls/policy.js';
import { chooseNginx, type NginxChoices } from './choices.js';
import { checkNginx } from './invariants.js';
import type { Place } from './place.js';

/**
 * Settings in the words of nginx: a value for each placeholder of the files that `planNginx` chooses, and no other.
 * @throws HermesError named after an invariant, such as `ports-collide`
 */
export function deriveNginx(settings: Settings, place: Place): Record<string, string> {
  const times = deriveTimeouts(settings);
  checkNginx({ settings, place, times });
  const choices = chooseNginx(settings, place);
  const processes = Math.max(place.upstreams.length, choices.resolved ? settings.APP_REPLICAS : 1);
  const sockets = settings.MAX_CONNECTIONS * processes;
  const descriptors = descriptorsFor(sockets, place.descriptorLimit);
  return {
    HERMES_RUN_DIRECTORY: place.runDirectory,
    HERMES_ACCESS_LOG: place.accessLog,
    HERMES_DESCRIPTORS: String(descriptors),
    HERMES_WORKER_CONNECTIONS: String(descriptors - ownDescriptors),
    HERMES_UPSTREAMS: upstreamLines(place.upstreams, choices),
    HERMES_SERVER_NAMES: serverNames(settings.DOMAIN, choices.publicTls),
    HERMES_HTTP_PORT: String(place.listen?.http ?? settings.HTTP_PORT),
    ...(place.resolver !== undefined && { HERMES_RESOLVER: place.resolver }),
    HERMES_BODY_BUFFER: String(maxBodyBytes + bodyMargin),
    HERMES_REQUEST_HEAD_TIMEOUT: time(times.requestHead),
    HERMES_REQUEST_BODY_TIMEOUT: time(times.requestBody),
    HERMES_REQUEST_TIMEOUT: time(times.request),
    HERMES_CONNECT_TIMEOUT: time(times.connect),
    HERMES_IDLE_TIMEOUT: time(times.idle),
    HERMES_HANDSHAKE_RATE: String(settings.HANDSHAKES_PER_SECOND),
    HERMES_HANDSHAKE_BURST: String(2 * settings.HANDSHAKES_PER_SECOND),
    HERMES_CONNECTIONS_PER_ADDRESS: String(settings.CONNECTIONS_PER_ADDRESS),
    HERMES_LIMIT_ZONE: `${Math.ceil(sockets / statesPerMegabyte)}m`,
    ...(choices.tls && deriveTls(settings, place, choices)),
    ...(choices.hsts && { HERMES_HSTS_MAX_AGE: String(hstsMaxAge) }),
    ...(choices.acme && place.acmeWebroot !== undefined && { HERMES_ACME_WEBROOT: place.acmeWebroot }),
    ...(place.workerUser !== undefined && { HERMES_WORKER_USER: place.workerUser }),
  };
}

/** Descriptors that a worker needs besides its connections: logs, the channel to the master, epoll. */
const ownDescriptors = 64;

/** Connections besides the sockets of clients: listeners, requests, idle connections to the app. */
const spareConnections = 1_024;

/** Bytes by which a body may pass nginx and be refused by the app. */
const bodyMargin = 64 * 1024;

/** nginx's documentation: a megabyte holds 8 000 states of `limit_req`, 16 000 of `limit_conn`. */
const statesPerMegabyte = 8_000;

function deriveTls(settings: Settings, place: Place, { policy, http2Directive }: NginxChoices) {
  const versions: readonly TlsVersion[] = tlsVersions[policy];
  return {
    HERMES_PEM: place.pem,
    HERMES_HTTPS_PORT: String(place.listen?.https ?? settings.HTTPS_PORT),
    HERMES_HTTPS_SUFFIX: settings.HTTPS_PORT === 443 ? '' : `:${settings.HTTPS_PORT}`,
    HERMES_LISTEN_TLS: http2Directive ? 'ssl' : 'ssl http2',
    HERMES_TLS_PROTOCOLS: versions.join(' '),
    ...(versions.includes('TLSv1.2') && { HERMES_TLS_CIPHERS: tlsPolicy.ciphers.join(':') }),
    HERMES_SESSION_LIFETIME: time(1_000 * tlsPolicy.sessionLifetime),
    HERMES_TLS_GROUPS: groupsFor(place.opensslVersion).join(':'),
  };
}

/** A client costs a worker two: its own connection and the one to the app. */
function descriptorsFor(sockets: number, limit = Number.POSITIVE_INFINITY): number {
  return Math.min(2 * sockets + spareConnections + ownDescriptors, limit);
}

/** `max_fails=0`: snippets/proxy/upstream-replicas.conf.template says why. */
function upstreamLines(upstreams: readonly string[], { replicas, resolved }: NginxChoices): string {
  const more = resolved ? ' resolve max_fails=0' : replicas ? ' max_fails=0' : '';
  const quoted = (upstream: string) => (upstream.startsWith('unix:') ? `"${upstream}"` : upstream);
  return upstreams.map((upstream) => `server ${quoted(upstream)}${more};`).join('\n    ');
}

/** The certificate of the local CA is for this machine's own names, too. */
function serverNames(domains: readonly string[], publicTls: boolean): string {
  return [...new Set([...domains, ...(publicTls ? [] : ['localhost', '127.0.0.1', '[::1]'])])].join(' ');
}

const time = (milliseconds: number) =>
  milliseconds % 1_000 === 0 ? `${milliseconds / 1_000}s` : `${milliseconds}ms`;
