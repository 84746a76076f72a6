import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { type ClientOptions, WebSocket } from 'ws';
import type { Settings } from '../../../../app/src/settings/table.js';
import { requireSecret } from '../../operator-settings.js';
import type { Project } from '../../project.js';
import { signToken } from '../../sign-token.js';
import { endpointOf } from '../../stack/endpoint.js';
import { type Trust, trustOf } from '../../stack/trust.js';

/** Where the app is reached. */
export interface Way {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** Milliseconds for each thing that is waited for. */
const patience = 10_000;

/**
 * Logs in, subscribes, publishes and receives. What is published is a notification for a user that nobody else is, so no
 * client sees anything of it.
 * @param idle milliseconds of silence that the socket has to survive in the end
 * @returns milliseconds from publishing to receiving
 */
export async function useAsClient(
  project: Project,
  settings: Settings,
  way: Way,
  idle: number,
): Promise<number> {
  const { socketUrl } = endpointOf(settings);
  const trust: Trust = way.tls ? trustOf(project, settings) : {};
  const user = `hermes-canary-${randomUUID()}`;
  const claims = { user_id: user, cs_tenant_id: user };
  const token = signToken(settings, claims, 300 + Math.ceil(idle / 1_000));
  const host = new URL(socketUrl).host;
  const options: ClientOptions & Trust = {
    headers: { Host: host, Authorization: `Bearer ${token}` },
    handshakeTimeout: patience,
    ...trust,
  };
  const socket = new WebSocket(`${way.tls ? 'wss' : 'ws'}://${way.host}:${way.port}/ws`, options);
  const refused = once(socket, 'error').then(([error]) => Promise.reject(error));
  refused.catch(() => {});
  const within = <T>(what: Promise<T>, name: string) => Promise.race([what, refused, late(name)]);
  const frames = framesOf(socket);
  try {
    await within(once(socket, 'open'), 'a WebSocket');
    socket.send(JSON.stringify({ action: 'ping' }));
    await within(
      frames.where((frame) => frame.action === 'pong'),
      'the answer to a ping',
    );
    socket.send(JSON.stringify({ action: 'subscribe', device: user }));
    await within(
      frames.where(
        (frame) => frame.type === 'subscribed' || (frame.type === 'error' && frame.code !== undefined),
      ),
      'the answer to a subscription',
    );
    const begun = performance.now();
    await within(publish(settings, way, { user, host, trust }), 'the receipt of a message');
    await within(
      frames.where((frame) => frame.title === user),
      'a message that was published',
    );
    const took = performance.now() - begun;
    if (idle > 0) {
      await Promise.race([delay(idle), refused, closedIn(socket)]);
      socket.send(JSON.stringify({ action: 'ping' }));
      await within(
        frames.where((frame) => frame.action === 'pong'),
        'the answer to a ping after a long silence',
      );
    }
    return took;
  } finally {
    socket.on('error', () => {});
    socket.terminate();
  }
}

async function closedIn(socket: WebSocket): Promise<never> {
  const begun = performance.now();
  const [code] = await once(socket, 'close');
  const seconds = Math.round((performance.now() - begun) / 1_000);
  throw new Error(`the socket was closed (${code}) after ${seconds} s without a message`);
}

async function late(what: string): Promise<never> {
  await delay(patience, undefined, { ref: false });
  throw new Error(`waited in vain for ${what}`);
}

type Frame = Readonly<Record<string, unknown>>;

/** Each frame counts once. */
function framesOf(socket: WebSocket) {
  const got: Frame[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data) => {
    got.push(JSON.parse(String(data)));
    for (const look of waiting) look();
  });
  const where = (wanted: (frame: Frame) => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        const index = got.findIndex(wanted);
        if (index < 0) return;
        got.splice(index, 1);
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { where };
}

function publish(
  settings: Settings,
  { host: address, port, tls }: Way,
  { user, host, trust }: { readonly user: string; readonly host: string; readonly trust: Trust },
): Promise<void> {
  const body = JSON.stringify({ user_id: user, title: user, message: 'canary', type: 'info' });
  const headers = {
    Host: host,
    'Content-Type': 'application/json',
    'X-API-Key': requireSecret(settings.SERVICE_API_KEY, 'SERVICE_API_KEY'),
  };
  const options = { host: address, port, path: '/notify', method: 'POST', headers, ...trust };
  return new Promise((resolve, reject) => {
    const asked = (tls ? secureRequest : request)(options, (response) => {
      response.resume();
      if (response.statusCode === 202) resolve();
      else reject(new Error(`POST /notify was answered by ${response.statusCode}`));
    });
    asked.once('error', reject).end(body);
  });
}
