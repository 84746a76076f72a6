import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { messageOf } from '../../../app/src/errors.js';

/** Where, and as what, a WebSocket is asked for. */
export interface UpgradeTarget {
  readonly address: string;
  readonly port: number;
  /** As the URL has it, with its port where that is not the usual one. */
  readonly host: string;
  /** With its query. */
  readonly path: string;
  /** Absent: plain text. The certificate is verified. */
  readonly tls?: Pick<ConnectionOptions, 'servername' | 'ca' | 'allowPartialTrustChain'> | undefined;
  readonly token?: string | undefined;
}

/** How far it came. Whoever got to a later step has passed those before. */
export type Attempt =
  | { readonly reached: 'nothing' | 'connection' | 'tls'; readonly error: string; readonly code: string }
  | { readonly reached: 'http'; readonly status: number; readonly location: string; readonly body: string }
  | {
      readonly reached: 'socket';
      /** Milliseconds; undefined when none came. */
      readonly pong?: number;
      /** With which it was closed again at once. */
      readonly closed?: { readonly code: number; readonly reason: string };
    };

/** Milliseconds: for each step, for the text of a refusal, and for the server to close what it does not want. */
const patience = { step: 5_000, body: 1_000, close: 300 };
/** Characters of an answer that are looked at. */
const longest = 2_000;

/** Opens a WebSocket step by step, pings once, and leaves. It throws nothing for what it finds. */
export async function tryUpgrade(target: UpgradeTarget): Promise<Attempt> {
  const { address, port, tls } = target;
  const connection = connect({ host: address, port });
  connection.on('error', () => {});
  try {
    await once(connection, 'connect', { signal: AbortSignal.timeout(patience.step) });
  } catch (error) {
    connection.destroy();
    return { reached: 'nothing', ...told(error) };
  }
  if (!tls) return overHttp(connection, target);
  const secured = connectTls({ socket: connection, ALPNProtocols: ['http/1.1'], ...tls });
  secured.on('error', () => {});
  try {
    await once(secured, 'secureConnect', { signal: AbortSignal.timeout(patience.step) });
  } catch (error) {
    secured.destroy();
    connection.destroy();
    return { reached: 'connection', ...told(error) };
  }
  return overHttp(secured, target);
}

async function overHttp(connection: Socket, { host, path, token, tls }: UpgradeTarget): Promise<Attempt> {
  // The connection is there, encrypted where it has to be.
  const socket = new WebSocket(`ws://${host}${path}`, {
    createConnection: () => connection,
    headers: { Host: host, ...(token && { Authorization: `Bearer ${token}` }) },
    handshakeTimeout: patience.step,
  });
  const closed = once(socket, 'close').catch(() => []);
  const answered = refusal(socket);
  try {
    const answer = await Promise.race([once(socket, 'open').then(() => undefined), answered]);
    if (answer) return answer;
    return { reached: 'socket', ...(await use(socket, closed)) };
  } catch (error) {
    return { reached: tls ? 'tls' : 'connection', ...told(error) };
  } finally {
    socket.on('error', () => {});
    socket.terminate();
    connection.destroy();
  }
}

/** An answer that is not 101. */
async function refusal(socket: WebSocket): Promise<Attempt> {
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  const { statusCode: status = 0, headers } = response;
  let body = '';
  const read = async () => {
    for await (const part of response.setEncoding('utf8')) {
      body += part;
      if (body.length >= longest) break;
    }
  };
  // A page may be long, or never end.
  await Promise.race([read().catch(() => {}), delay(patience.body, undefined, { ref: false })]);
  return { reached: 'http', status, location: headers.location ?? '', body: body.slice(0, longest) };
}

async function use(socket: WebSocket, closed: Promise<unknown[]>) {
  const begun = performance.now();
  const ponged = once(socket, 'pong').then(() => performance.now() - begun);
  ponged.catch(() => {});
  socket.ping();
  const pong = await Promise.race([
    ponged,
    closed.then(() => undefined),
    delay(patience.step, undefined, { ref: false }),
  ]);
  const [code, reason] = await Promise.race([closed, delay(patience.close, [], { ref: false })]);
  return {
    ...(pong !== undefined && { pong }),
    ...(code !== undefined && { closed: { code: Number(code), reason: String(reason) } }),
  };
}

function told(error: unknown): { error: string; code: string } {
  const { code = '', name, reason } = error as NodeJS.ErrnoException & { reason?: string };
  const late = name === 'AbortError' || messageOf(error) === 'Opening handshake has timed out';
  return late
    ? { error: `no answer in ${patience.step / 1_000} s`, code: 'ETIMEDOUT' }
    : { error: reason ?? (messageOf(error) || code), code };
}
