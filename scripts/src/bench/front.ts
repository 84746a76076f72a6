import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { execa } from 'execa';
import { loadSettings } from '../../../app/src/settings/load.js';
import { ensureTool } from '../packages/install.js';
import { newNginx } from '../packages/new-nginx.js';
import { ensureTraefik } from '../packages/traefik.js';
import { nginxArguments, parseNginxVersion, renderNginx } from '../render/nginx.js';
import { renderTraefik, traefikArguments } from '../render/traefik.js';
import { freePort } from '../servers/free-port.js';
import { pinned } from '../servers/pinned.js';
import { type Command, startServer } from '../servers/server-process.js';
import { newFolder } from '../servers/temporary-folder.js';
import { until } from '../servers/wait.js';
import { findWorkers } from '../stack/workers.js';
import type { Findings } from './benchmark.js';
import { type Certificates, makeCertificates } from './certificates.js';
import { joined } from './comparison.js';
import { caddyfile, guideNginx, haproxyConfiguration } from './foreign-fronts.js';
import type { Target } from './generator.js';
import { startHermes } from './hermes.js';
import { Attendance } from './left-out.js';
import { type Running, startPeer } from './peers.js';

/** What a front needs to be started. */
export interface Wiring {
  readonly port: number;
  /** Host and port behind it, or `unix:` and a path. */
  readonly upstream: string;
  readonly folder: string;
  readonly certificates: Certificates;
  readonly say: (line: string) => void;
}

interface Front {
  readonly title: string;
  readonly behind: 'hermes' | 'ws';
  /** Absent: the app itself speaks TLS, or nobody does. */
  readonly command?: (wiring: Wiring) => Promise<Command>;
  readonly direct?: 'wss' | 'ws';
  /** It reaches the app by a Unix socket. */
  readonly bySocket?: true;
}

export const fronts = {
  guide: { title: 'Nginx as in the guide, plain `ws`', behind: 'ws', command: guide },
  nginx: { title: 'Nginx, Monitor Hermes', behind: 'hermes', command: nginx },
  'nginx-new': {
    title: 'Nginx with a certificate cache, Monitor Hermes',
    behind: 'hermes',
    command: newestNginx,
  },
  'nginx-fixed': {
    title: 'the same with a fixed certificate',
    behind: 'hermes',
    command: async (wiring) => {
      const command = await newestNginx(wiring);
      const snippet = join(wiring.folder, 'nginx/snippets/tls/certificate.conf');
      const text = readFileSync(snippet, 'utf8');
      writeFileSync(snippet, text.replaceAll('$hermes_pem', wiring.certificates.ecdsa.pem));
      return command;
    },
  },
  // Beside it one sees what of a connection is the app's.
  'nginx-ws': {
    title: 'Nginx with a certificate cache, plain `ws`',
    behind: 'ws',
    command: newestNginx,
  },
  'nginx-socket': {
    title: 'Nginx by a Unix socket, Monitor Hermes',
    behind: 'hermes',
    command: nginx,
    bySocket: true,
  },
  'nginx-new-socket': {
    title: 'Nginx with a certificate cache, by a Unix socket, Monitor Hermes',
    behind: 'hermes',
    command: newestNginx,
    bySocket: true,
  },
  traefik: { title: 'Traefik, Monitor Hermes', behind: 'hermes', command: traefik },
  caddy: {
    title: 'Caddy, Monitor Hermes',
    behind: 'hermes',
    command: async (wiring) => ({
      program: await ensureTool('caddy', wiring.say),
      args: ['run', '--adapter', 'caddyfile', '--config', written(wiring, 'Caddyfile', caddyfile(wiring))],
      env: { HOME: wiring.folder, GOMAXPROCS: '1' },
    }),
  },
  haproxy: {
    title: 'HAProxy, Monitor Hermes',
    behind: 'hermes',
    command: async (wiring) => ({
      program: await ensureTool('haproxy', wiring.say),
      args: ['-db', '-f', written(wiring, 'haproxy.cfg', haproxyConfiguration(wiring))],
    }),
  },
  direct: { title: 'Monitor Hermes, direct TLS', behind: 'hermes', direct: 'wss' },
  none: { title: 'Monitor Hermes, no TLS', behind: 'hermes', direct: 'ws' },
} as const satisfies Record<string, Front>;

export type FrontName = keyof typeof fronts;

/** Starts fronts and what is behind them, all on the servers' core, and stops them again; what cannot be had is left out. */
export async function withFronts(
  names: readonly FrontName[],
  say: (line: string) => void,
  use: (targets: ReadonlyMap<string, Target>) => Promise<Findings>,
): Promise<Findings> {
  const certificates = await makeCertificates();
  const running: Running[] = [];
  const attendance = new Attendance<Target>(say);
  try {
    for (const name of names) {
      const front: Front = fronts[name];
      await attendance.call(front.title, () => startFront(front, certificates, running, say));
    }
    return joined([await use(attendance.present), { measures: attendance.missing }]);
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
}

/** Each front has an app of its own, so that none waits for what another is still sending. */
async function startFront(
  front: Front,
  certificates: Certificates,
  running: Running[],
  say: (line: string) => void,
): Promise<Target> {
  const secured = front.direct === 'wss';
  const files = { SSL_CERTFILE: certificates.ecdsa.chain, SSL_KEYFILE: certificates.ecdsa.key };
  const hops = front.direct ? '0' : '1';
  const socket = front.bySocket && (await newSocketPath());
  const hermes =
    front.behind === 'hermes'
      ? await startHermes({
          settings: { TRUST_PROXY_HOPS: hops, ...(secured && files), ...(socket && { APP_SOCKET: socket }) },
        })
      : undefined;
  const behind = hermes ?? (await startPeer('ws', say));
  running.push(behind);
  const { target } = behind;
  const path = hermes?.path ?? '/ws';
  if (!front.command) {
    const url = `${front.direct}://localhost:${behind.port}${path}`;
    if (!secured) return target;
    const publish = target.publish.replace('http:', 'https:').replace('127.0.0.1', 'localhost');
    return { ...target, url, publish, ca: certificates.ca };
  }
  const folder = newFolder();
  const port = await freePort();
  const upstream = socket ? `unix:${socket}` : `127.0.0.1:${behind.port}`;
  const command = pinned(await front.command({ port, upstream, folder, certificates, say }), 'servers');
  const server = await startServer('https', { port, dir: folder }, () => command);
  running.unshift({ target, port, stop: () => server.stop() });
  const url = `wss://localhost:${port}${path}`;
  // Traefik listens before it has read where to.
  if (hermes) {
    await until(
      async () => (await statusOf(port, certificates)) !== 404,
      () => `${front.title} to pass something on`,
    );
  }
  return { ...target, url, ca: certificates.ca, proxy: server.pid };
}

/** Where workers of nginx may go. */
async function newSocketPath(): Promise<string> {
  const folder = newFolder();
  const workers = await findWorkers();
  if (workers) chownSync(folder, 0, workers.gid);
  chmodSync(folder, 0o2750);
  return join(folder, 'app.sock');
}

/** What a front answers to a request for nothing in particular; 404 also when there is no answer. */
function statusOf(port: number, { ca }: Certificates): Promise<number> {
  return new Promise((resolve) => {
    get({ host: 'localhost', port, path: '/', ca: readFileSync(ca), agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 404);
    }).once('error', () => resolve(404));
  });
}

async function guide(wiring: Wiring): Promise<Command> {
  const program = await ensureTool('nginx', wiring.say);
  const file = written(wiring, 'nginx.conf', guideNginx(wiring));
  return { program, args: ['-e', 'stderr', '-p', wiring.folder, '-c', file, '-g', 'daemon off;'] };
}

/** As the images have it: with `ssl_certificate_cache`. */
async function newestNginx(wiring: Wiring): Promise<Command> {
  const found = await newNginx();
  if (found) return nginx(wiring, found.path);
  throw new Error('there is no such nginx here');
}

/** @param path of the binary; absent: the one of this machine */
async function nginx(wiring: Wiring, path?: string): Promise<Command> {
  const { folder, upstream, certificates } = wiring;
  const program = path ?? (await ensureTool('nginx', wiring.say));
  const version = await execa(program, ['-V'], { all: true });
  const workers = await findWorkers();
  const place = {
    ...{
      runDirectory: join(folder, 'run'),
      pem: certificates.ecdsa.pem,
      accessLog: join(folder, 'access.log'),
    },
    ...{ upstreams: [upstream], ipv6: false, ...(workers && { workerUser: workers.user }) },
    ...parseNginxVersion(version.all),
  };
  mkdirSync(place.runDirectory);
  const rendered = join(folder, 'nginx');
  renderNginx(await settingsFor(wiring, 'nginx'), place, rendered);
  return { program, args: nginxArguments(place, rendered) };
}

async function traefik(wiring: Wiring): Promise<Command> {
  const { folder, upstream, certificates } = wiring;
  const rendered = join(folder, 'traefik');
  renderTraefik(await settingsFor(wiring, 'traefik'), {
    ...{ folder: rendered, pem: certificates.ecdsa.pem, accessLog: join(folder, 'access.log') },
    upstreams: [upstream],
  });
  return {
    program: await ensureTraefik(wiring.say),
    args: traefikArguments(rendered),
    env: { GOMAXPROCS: '1' },
  };
}

/** Our own settings, but for the limits of one address: one machine opens all connections. */
async function settingsFor({ port, folder }: Wiring, PROXY: string) {
  return loadSettings({
    folder,
    environment: {
      ...{ PROXY, TLS: 'selfsigned', DOMAIN: 'localhost', HTTPS_PORT: String(port) },
      ...{ HTTP_PORT: String(await freePort()), MAX_CONNECTIONS: '20000' },
      ...{ CONNECTIONS_PER_ADDRESS: '65535', HANDSHAKES_PER_SECOND: '100000' },
    },
  }).settings;
}

function written({ folder }: Wiring, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
