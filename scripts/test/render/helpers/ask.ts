import { type IncomingHttpHeaders, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { WebSocket } from 'ws';
import type { RunningNginx } from './nginx.js';
import type { Seen } from './upstream.js';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Question {
  readonly scheme?: 'http' | 'https';
  /** Address to connect to. */
  readonly address?: string;
  /** Name of the server in the TLS handshake; an empty one sends none. */
  readonly serverName?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
}

/** Asks nginx on a connection of its own; undefined where it was closed without an answer. */
export function ask(nginx: RunningNginx, question: Question = {}): Promise<Answer | undefined> {
  const { scheme = 'https', address = '127.0.0.1', serverName = 'localhost', body, ...rest } = question;
  const options: RequestOptions & { servername: string; ca: string } = {
    host: address,
    port: scheme === 'https' ? nginx.httpsPort : nginx.httpPort,
    agent: false,
    servername: serverName,
    ca: nginx.ca.certificate,
    path: rest.path ?? '/',
    method: rest.method ?? 'GET',
    headers: { Host: 'localhost', ...rest.headers },
  };
  return new Promise((answer, fail) => {
    const request = (scheme === 'https' ? requestHttps : requestHttp)(options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () =>
        answer({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts).toString(),
        }),
      );
    });
    request.on('upgrade', () => fail(new Error('nginx upgraded the connection')));
    request.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? answer(undefined) : fail(error),
    );
    request.end(body);
  });
}

/** Asks nginx, which must answer. */
export async function mustAsk(nginx: RunningNginx, question: Question = {}): Promise<Answer> {
  const answer = await ask(nginx, question);
  if (answer) return answer;
  throw new Error('nginx closed the connection without an answer');
}

/** Asks the app through nginx. */
export async function whatAppSaw(nginx: RunningNginx, question: Question): Promise<Seen> {
  return JSON.parse((await mustAsk(nginx, question)).body);
}

/** Opens a socket through nginx; the status where the handshake was answered otherwise. */
export function open(nginx: RunningNginx, path = '/ws', headers = {}): Promise<WebSocket | Answer> {
  const socket = new WebSocket(`wss://localhost:${nginx.httpsPort}${path}`, {
    ca: nginx.ca.certificate,
    headers,
  });
  return new Promise((answer, fail) => {
    socket.once('open', () => answer(socket)).once('error', fail);
    socket.once('unexpected-response', async (_request, response) => {
      let body = '';
      for await (const part of response) body += part;
      answer({ status: response.statusCode ?? 0, headers: response.headers, body });
    });
  });
}

/** Opens a socket, which must succeed. */
export async function openSocket(nginx: RunningNginx, path?: string): Promise<WebSocket> {
  const socket = await open(nginx, path);
  if (socket instanceof WebSocket) return socket;
  throw new Error(`the handshake got ${socket.status}: ${socket.body}`);
}

export function echo(socket: WebSocket, text: string): Promise<string> {
  return new Promise((answer, fail) => {
    socket.once('message', (data) => answer(String(data))).once('close', () => fail(new Error('closed')));
    socket.send(text);
  });
}
