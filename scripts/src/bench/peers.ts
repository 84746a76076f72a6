import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { ensureTool } from '../packages/install.js';
import { ensurePythonPrograms } from '../packages/virtual-environment.js';
import { pinned } from '../servers/pinned.js';
import { type Command, startServer } from '../servers/server-process.js';
import type { Target } from './generator.js';
import { kept } from './kept.js';

/** A server that is up for measuring. */
export interface Running {
  readonly target: Target;
  /** The port that it listens on, on 127.0.0.1. */
  readonly port: number;
  stop(): Promise<void>;
}

const peersFolder = join(projectRoot, 'scripts/bench/peers');
const at = (name: string) => join(peersFolder, name);

/**
 * What every peer does with a message: it is taken by `POST /messages`, parsed, serialised once, and sent to everybody on
 * `/ws`, or with `?to=` to the one on `/ws/<number>`. None of them checks a key or a token, or keeps anything.
 */
const message = '{"device":"d{n}","payload":{"m":"{mark}{pad}"}}';

/** Addresses for the generator: everybody's, or one for each subscriber. */
export type Addressing = 'broadcast' | 'unicast';

type Say = (line: string) => void;

interface Peer {
  readonly title: string;
  readonly command: (say: Say) => Promise<Command>;
  readonly dialect?: Target['dialect'];
  readonly path?: Readonly<Record<Addressing, string>>;
}

const node = (file: string, env: Record<string, string> = {}): Command => ({
  program: process.execPath,
  args: [at(file)],
  env,
});

export const peers = {
  ws: { title: 'plain `ws` loop', command: async () => node('plain-ws.mjs') },
  'socket-io': {
    title: 'Socket.IO',
    command: async (say) => node('socket-io.mjs', { PEERS: await packages(say) }),
    dialect: 'socket.io',
    path: {
      broadcast: '/socket.io/?EIO=4&transport=websocket',
      unicast: '/socket.io/?EIO=4&transport=websocket&n={n}',
    },
  },
  fastapi: {
    title: 'FastAPI + uvicorn',
    command: async (say) => ({ program: await python(say), args: [at('fastapi_peer.py')], env: {} }),
  },
  centrifuge: {
    title: 'Centrifuge (Go)',
    // One thread, as it has one core.
    command: async (say) => ({ program: await centrifuge(say), args: [], env: { GOMAXPROCS: '1' } }),
    dialect: 'centrifuge',
  },
  bun: {
    title: 'Bun (uWebSockets)',
    command: async (say) => ({
      program: join(await packages(say), '.bin/bun'),
      args: [at('bun.mjs')],
      env: {},
    }),
  },
} as const satisfies Record<string, Peer>;

export type PeerName = keyof typeof peers;

/** Starts a peer on the servers' core; what it is made of is fetched on first use. */
export async function startPeer(
  name: PeerName,
  say: Say,
  addressing: Addressing = 'broadcast',
): Promise<Running> {
  const peer: Peer = peers[name];
  const command = await peer.command(say);
  const server = await startServer('http', {}, (port) =>
    pinned({ ...command, env: { ...command.env, PORT: String(port) } }, 'servers'),
  );
  const path = peer.path ?? { broadcast: '/ws', unicast: '/ws/{n}' };
  return {
    target: {
      url: `ws://127.0.0.1:${server.port}${path[addressing]}`,
      publish: `${server.url}/messages${addressing === 'unicast' ? '?to={n}' : ''}`,
      body: message,
      ...(peer.dialect && { dialect: peer.dialect }),
      server: server.pid,
    },
    port: server.port,
    stop: () => server.stop(),
  };
}

/** @returns the folder `node_modules` with what peers of npm need */
async function packages(say: Say): Promise<string> {
  const files = ['package.json', 'package-lock.json'];
  const folder = await kept('npm', files.map(at), async (draft) => {
    say('installing Socket.IO and Bun from npm');
    for (const file of files) copyFileSync(at(file), join(draft, file));
    // Not `npm ci`, for the lock file need not have the optional packages of every platform.
    await execa('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: draft,
    });
  });
  return join(folder, 'node_modules');
}

async function python(say: Say): Promise<string> {
  const installs = [['--only-binary', ':all:', '-r', 'requirements.txt']];
  const programs = await ensurePythonPrograms(
    {
      name: 'bench-fastapi',
      title: 'FastAPI from PyPI',
      installs,
      from: peersFolder,
      inputs: readFileSync(at('requirements.txt'), 'utf8'),
    },
    say,
  );
  return join(programs, 'python');
}

async function centrifuge(say: Say): Promise<string> {
  const sources = readdirSync(at('centrifuge')).map((name) => at(join('centrifuge', name)));
  const folder = await kept('centrifuge', sources, async (draft) => {
    const go = await ensureTool('go', say);
    say('building the Centrifuge peer');
    await execa(go, ['build', '-trimpath', '-o', join(draft, 'centrifuge'), '.'], {
      cwd: at('centrifuge'),
      env: { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' },
    });
  });
  return join(folder, 'centrifuge');
}
