import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { findExecutable } from '../packages/find.js';
import { everyAddress } from './endpoint.js';
import { replicasOf } from './replicas.js';

type PortKey = 'HTTP_PORT' | 'HTTPS_PORT' | 'APP_PORT' | 'PROXY_METRICS_PORT';

export interface PortNeed {
  readonly port: number;
  /** The setting that moves it elsewhere. */
  readonly setting: PortKey;
  /** Address it will be bound to; undefined for all. */
  readonly host?: string;
}

/** The ports that a stack listens on. */
export function portsOf(
  settings: Pick<Settings, PortKey | 'PROXY' | 'TLS' | 'APP_BIND' | 'APP_REPLICAS'>,
): PortNeed[] {
  const { PROXY, TLS, APP_BIND, PROXY_METRICS_PORT } = settings;
  const need = (setting: 'HTTP_PORT' | 'HTTPS_PORT') => ({ port: settings[setting], setting });
  const app = (host?: string) =>
    replicasOf(settings).map(({ port }): PortNeed => ({ port, setting: 'APP_PORT', ...(host && { host }) }));
  if (PROXY === 'none') return app(everyAddress.includes(APP_BIND) ? undefined : APP_BIND);
  const proxy = TLS === 'off' ? [need('HTTP_PORT')] : [need('HTTP_PORT'), need('HTTPS_PORT')];
  const metrics: PortNeed[] =
    PROXY === 'traefik' && PROXY_METRICS_PORT !== undefined
      ? [{ port: PROXY_METRICS_PORT, setting: 'PROXY_METRICS_PORT', host: '127.0.0.1' }]
      : [];
  return [...proxy, ...metrics, ...app('127.0.0.1')];
}

/** Those of them that are reached from outside of this host. */
export function publishedPorts(settings: Parameters<typeof portsOf>[0]): PortNeed[] {
  return portsOf(settings).filter(({ host }) => host === undefined);
}

/** @throws HermesError `port-in-use` or `port-denied`, which names the port, its holder where known, and the setting */
export async function assertPortsFree(needs: readonly PortNeed[]): Promise<void> {
  for (const need of needs) {
    const code = await tryPort(need);
    if (code) throw await explained(need, code);
  }
}

/** Waits until something accepts connections on a port of this host, for some time and no longer. */
export async function awaitPort(port: number, patience: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + patience;
  while (!signal.aborted && Date.now() < deadline && !(await accepts(port))) await delay(pollInterval);
}

/** Milliseconds between two tries. */
const pollInterval = 25;

async function explained(need: PortNeed, code: string): Promise<HermesError> {
  const { port, setting, host } = need;
  if (code === 'EACCES') {
    const other = `run as root, or choose a port above 1023: make up ${setting}=${port + 8_000}`;
    return new HermesError('port-denied', `port ${port} needs more rights than this user has`, other);
  }
  if (code === 'EADDRINUSE') {
    const holder = (await holderOf(port)) ?? 'a process of another user';
    const fix = `stop it, or choose another port: make up ${setting}=${await freeAbove(need)}`;
    return new HermesError('port-in-use', `port ${port} is in use by ${holder}`, fix);
  }
  const address = host ? ` of ${host}` : '';
  return new HermesError(
    'port-unusable',
    `port ${port}${address} cannot be used (${code})`,
    `change ${setting}`,
  );
}

function tryPort({ port, host }: PortNeed): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

async function freeAbove({ port, host, setting }: PortNeed): Promise<number> {
  for (let other = port + 1; other < 65_535; other += 1) {
    if (!(await tryPort({ port: other, setting, ...(host && { host }) }))) return other;
  }
  return port - 1;
}

/** Whether something accepts connections on a port of this host. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Name and pid of the process that listens on a port, where the system tells: not those of other users. */
export async function holderOf(port: number): Promise<string | undefined> {
  if (!findExecutable('ss')) return undefined;
  const { stdout } = await execa('ss', ['-ltnpH', `sport = :${port}`], { reject: false });
  const match = /users:\(\("([^"]+)",pid=(\d+)/.exec(String(stdout));
  return match ? `${match[1]} (pid ${match[2]})` : undefined;
}
