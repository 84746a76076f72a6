import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';

export interface ResumingOptions {
  readonly url: string;
  readonly token: string;
  readonly ca: string;
  /** Name that it asks for and verifies; that of the URL if absent. */
  readonly host?: string | undefined;
}

/** A client as it should be: it comes back whenever it is sent away, and asks for what it missed. */
export class ResumingClient {
  /** Ids of what it got, in order. */
  readonly ids: string[] = [];
  /** With which it was sent away. */
  readonly closeCodes: number[] = [];
  readonly #options: ResumingOptions;
  #socket: WebSocket | undefined;
  #ended = false;
  #running: Promise<void> | undefined;

  private constructor(options: ResumingOptions) {
    this.#options = options;
  }

  /** Settles when it is connected. */
  static async start(options: ResumingOptions): Promise<ResumingClient> {
    const client = new ResumingClient(options);
    await client.#connect();
    client.#running = client.#stay();
    return client;
  }

  async end(): Promise<void> {
    this.#ended = true;
    this.#socket?.terminate();
    await this.#running;
  }

  async #stay(): Promise<void> {
    while (!this.#ended) {
      if (this.#socket?.readyState === WebSocket.OPEN) {
        const [code] = await once(this.#socket, 'close');
        if (!this.#ended) this.closeCodes.push(code);
      }
      if (!this.#ended) await this.#connect().catch(() => delay(20));
    }
  }

  async #connect(): Promise<void> {
    const { url, token, ca, host } = this.#options;
    const since = this.ids.length > 0 ? `?since=${this.ids.at(-1)}` : '';
    const socket = new WebSocket(`${url}/ws${since}`, {
      ca,
      headers: { Authorization: `Bearer ${token}`, ...(host && { Host: host }) },
      ...(host && { servername: host }),
    });
    socket.on('message', (data) => void this.ids.push(JSON.parse(String(data)).id));
    socket.on('error', () => {});
    this.#socket = socket;
    await Promise.race([
      once(socket, 'open'),
      once(socket, 'close').then(() => Promise.reject(new Error('the handshake failed'))),
    ]);
  }
}
