import { once } from 'node:events';
import { type ClientHttp2Session, connect, type OutgoingHttpHeaders, type Settings } from 'node:http2';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { RunningNginx } from '../../render/helpers/nginx.js';

export interface Http2Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** A connection to nginx that speaks HTTP/2, the certificate verified. */
export class Http2Client {
  readonly #session: ClientHttp2Session;

  private constructor(session: ClientHttp2Session) {
    this.#session = session;
  }

  static async connect({ httpsPort, ca }: RunningNginx): Promise<Http2Client> {
    const session = connect(`https://localhost:${httpsPort}`, { ca: ca.certificate });
    session.on('error', () => {});
    await once(session, 'remoteSettings');
    return new Http2Client(session);
  }

  get alpn(): string | undefined {
    return this.#session.alpnProtocol;
  }

  /** What the server announced of itself. */
  get announced(): Settings {
    return this.#session.remoteSettings;
  }

  /** @throws Error where the stream is reset, or the connection closed, without an answer */
  async ask(path: string, headers: OutgoingHttpHeaders = {}, body?: Buffer): Promise<Http2Answer> {
    const stream = this.#session.request({ ':path': path, ...headers }, { endStream: body === undefined });
    if (body) stream.end(body);
    const answered = once(stream, 'response').catch((cause) => {
      throw new Error('the stream ended without an answer', { cause });
    });
    const ended = once(stream, 'close').then(() => {
      throw new Error('the stream ended without an answer');
    });
    const [{ ':status': status = 0, ...answer }] = await Promise.race([answered, ended]);
    let text = '';
    for await (const part of stream) text += part;
    return { status, headers: answer, body: text };
  }

  close(): void {
    this.#session.destroy();
  }
}

/** A TLS connection on which HTTP/2 was agreed and nothing sent yet. */
export async function openHttp2({ httpsPort, ca }: RunningNginx, host = 'localhost'): Promise<TLSSocket> {
  const socket = connectTls({
    host: '127.0.0.1',
    port: httpsPort,
    ca: ca.certificate,
    ALPNProtocols: ['h2'],
    ...(host === '127.0.0.1' ? { servername: '' } : { servername: host }),
  });
  await once(socket, 'secureConnect');
  return socket.on('error', () => {});
}
