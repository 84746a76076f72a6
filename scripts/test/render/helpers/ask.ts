import { type IncomingHttpHeaders, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { WebSocket } from 'ws';
import type { TestCa } from './openssl.js';
import type { Seen } from './upstream.js';

/** A proxy that runs for a test. */
export interface Asked {
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly ca: TestCa;
}

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

/** Asks a proxy on a connection of its own; undefined where it was closed without an answer. */
export function ask(proxy: Asked, question: Question = {}): Promise<Answer | undefined> {
  const { scheme = 'https', address = '127.0.0.1', serverName = 'localhost', body, ...rest } = question;
  const options: RequestOptions & { servername: string; ca: string } = {
    host: address,
    port: scheme === 'https' ? proxy.httpsPort : proxy.httpPort,
    agent: false,
    servername: serverName,
    ca: proxy.ca.certificate,
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
    request.on('upgrade', () => fail(new Error('the proxy upgraded the connection')));
    request.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? answer(undefined) : fail(error),
    );
    request.end(body);
  });
}

/** Asks a proxy, which must answer. */
export async function mustAsk(proxy: Asked, question: Question = {}): Promise<Answer> {
  const answer = await ask(proxy, question);
  if (answer) return answer;
  throw new Error('the proxy closed the connection without an answer');
}

/** Asks the app through proxy. */
export async function whatAppSaw(proxy: Asked, question: Question): Promise<Seen> {
  return JSON.parse((await mustAsk(proxy, question)).body);
}

/** Opens a socket through a proxy; the status where the handshake was answered otherwise. */
export function open(proxy: Asked, path = '/ws', headers = {}): Promise<WebSocket | Answer> {
  const socket = new WebSocket(`wss://localhost:${proxy.httpsPort}${path}`, {
    ca: proxy.ca.certificate,
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
export async function openSocket(proxy: Asked, path?: string): Promise<WebSocket> {
  const socket = await open(proxy, path);
  if (socket instanceof WebSocket) return socket;
  throw new Error(`the handshake got ${socket.status}: ${socket.body}`);
}

export function echo(socket: WebSocket, text: string): Promise<string> {
  return new Promise((answer, fail) => {
    socket.once('message', (data) => answer(String(data))).once('close', () => fail(new Error('closed')));
    socket.send(text);
  });
}
