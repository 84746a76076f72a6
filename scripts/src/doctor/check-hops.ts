import type { Settings } from '../../../app/src/settings/table.js';
import type { Project } from '../project.js';
import { signToken } from '../sign-token.js';
import { addressesOf, endpointOf } from '../stack/endpoint.js';
import { replicasOf } from '../stack/replicas.js';
import { type Trust, trustOf } from '../stack/trust.js';
import { hasIpv6 } from '../stack/workers.js';
import { checkClock } from './clock.js';
import type { FaultCode } from './faults.js';
import { type Findings, isSound, joined } from './findings.js';
import { type Hop, readAttempt } from './read-attempt.js';
import { tryUpgrade, type UpgradeTarget } from './upgrade.js';

/** The ways to a stack. */
export interface Ways {
  /** As clients name it: `https://host[:port]`. */
  readonly pageUrl: string;
  readonly token: string;
  /** Past the proxy, in plain text; empty where none can be reached, or there is no proxy. */
  readonly straight: readonly {
    readonly name: string;
    readonly address: string;
    readonly port: number;
    /** How messages name address and port; absent: as they are. */
    readonly shown?: string;
  }[];
  /** The way of the clients; absent where what is served cannot be verified, as is known already. */
  readonly front?: {
    readonly name: string;
    readonly addresses: readonly string[];
    readonly port: number;
    /** How messages name address and port; absent: as they are. */
    readonly shown?: string;
    /** Absent: plain text. */
    readonly tls?: Trust;
    /** What gives it its configuration anew. */
    readonly fix: string;
  };
}

/** Faults of a proxy in front of an app that is well: it does not run with the configuration that we gave it. */
const ofProxy: readonly FaultCode[] = [
  'CONNECTION_CUT',
  'PORT_CLOSED',
  'TLS_FAILED',
  'UPGRADE_DROPPED',
  'UPSTREAM_DOWN',
];

/** A channel that every token may use. */
const path = '/ws/notifications';

/** A token with which the doctor tries the ways to a stack. */
export const doctorToken = (settings: Settings) => signToken(settings, { user_id: 'hermes-doctor' }, 60);

/**
 * The ways to the stack of this host.
 * @param reachable whether its app is, past a proxy
 * @param verifiable whether the certificate in use is sound
 */
export function waysHere(
  project: Project,
  settings: Settings,
  reachable: boolean,
  verifiable: boolean,
): Ways {
  const { port, tls, pageUrl } = endpointOf(settings);
  const proxied = settings.PROXY !== 'none';
  const replicas = proxied && reachable ? replicasOf(settings) : [];
  const front = {
    name: proxied ? `through ${settings.PROXY}` : 'to the app',
    addresses: addressesOf(settings, hasIpv6()),
    port,
    fix: 'make down && make up',
  };
  return {
    pageUrl,
    token: doctorToken(settings),
    straight: replicas.map(({ name, port }) => ({ name: `straight to ${name}`, address: '127.0.0.1', port })),
    ...(!tls && { front }),
    ...(tls && verifiable && { front: { ...front, tls: trustOf(project, settings) } }),
  };
}

/** Opens a WebSocket at each hop: straight to the app, then as clients do, with what only the proxy is to blame for. */
export async function checkHops({ pageUrl, token, straight, front }: Ways): Promise<Findings> {
  const base = { host: new URL(pageUrl).host, path, token };
  const own = await Promise.all(
    straight.map(({ name, shown, ...to }) => follow({ name, shown }, { ...base, ...to })),
  );
  // Who comes by the proxy meets the same fault.
  if (!front || !own.every(isSound)) return joined(own);
  const { name, shown, addresses, port, tls, fix } = front;
  const tried = addresses.map(async (address) => {
    const found = await follow({ name, shown }, { ...base, address, port, ...(tls && { tls }) });
    return {
      ...found,
      faults: found.faults.map((one) => (ofProxy.includes(one.code) ? { ...one, fix } : one)),
    };
  });
  const ca = tls?.ca === undefined ? undefined : String(tls.ca);
  const clock = addresses
    .slice(0, 1)
    .map((address) =>
      checkClock(new URL('/health/live', pageUrl), { address, port, ca, now: () => new Date() }),
    );
  return joined([...own, ...(await Promise.all([...tried, ...clock]))]);
}

async function follow(hop: Pick<Hop, 'name' | 'shown'>, target: UpgradeTarget): Promise<Findings> {
  return readAttempt(await tryUpgrade(target), { ...hop, target });
}
