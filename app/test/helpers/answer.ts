import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { within } from './wait.js';

/** An HTTP answer, read whole. Status 101 is one too: the peer took the upgrade. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: the test says what it expects of it
  readonly json: any;
}

/** Sends one request over a connection of its own, byte for byte as given: `fetch` would tidy the path up. */
export function ask(
  base: string,
  path: string,
  {
    body,
    patience,
    ...options
  }: RequestOptions & { body?: string | Buffer | undefined; patience?: number } = {},
): Promise<Answer> {
  const { protocol, hostname, port } = new URL(base);
  const open = protocol === 'https:' ? httpsRequest : httpRequest;
  const answered = new Promise<Answer>((resolve, reject) => {
    const request = open({ hostname, port, path, agent: false, ...options });
    request.on('error', reject);
    request.on('response', (response) => {
      text(response).then((read) => {
        const { statusCode = 0, headers } = response;
        resolve({
          status: statusCode,
          headers,
          text: read,
          get json() {
            return JSON.parse(read);
          },
        });
      }, reject);
    });
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text: '', json: undefined });
    });
    request.end(body);
  });
  return within(answered, `an answer to ${options.method ?? 'GET'} ${path.slice(0, 80)}`, patience);
}

/** The headers of a WebSocket handshake (RFC 6455, section 4.1). */
export const upgrade = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
} as const;
