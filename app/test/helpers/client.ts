import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';
import { patience, until, within } from './wait.js';

export type Frame = Record<string, unknown>;

export interface Close {
  readonly code: number;
  readonly reason: string;
}

export interface TestClientOptions extends ClientOptions {
  /** Milliseconds that it waits for what it is asked for. */
  readonly patience?: number;
}

/** A WebSocket client that keeps what it gets, so that a test can wait for it, whenever it came. */
export class TestClient {
  /** Every frame that came, in order; pongs of `settled` are taken out. */
  readonly frames: Frame[] = [];
  readonly socket: WebSocket;
  readonly #patience: number;
  #read = 0;
  readonly #closed: Promise<Close>;

  constructor(
    url: string,
    protocols: string[] = [],
    { patience: limit = patience, ...options }: TestClientOptions = {},
  ) {
    this.#patience = limit;
    this.socket = new WebSocket(url, protocols, options);
    this.socket.on('message', (data) => this.frames.push(JSON.parse(String(data))));
    this.socket.on('error', () => {});
    this.#closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  /** The next frame that was not taken yet. */
  async next(): Promise<Frame> {
    await until(
      () => this.frames.length > this.#read,
      () => `a frame; so far: ${JSON.stringify(this.frames)}`,
      this.#patience,
    );
    this.#read += 1;
    return this.frames[this.#read - 1] as Frame;
  }

  /** The next so many frames. */
  async take(count: number): Promise<Frame[]> {
    await until(
      () => this.frames.length >= this.#read + count,
      () => `${count} frames; so far: ${this.frames.length - this.#read}`,
      Math.max(30_000, this.#patience),
    );
    this.#read += count;
    return this.frames.slice(this.#read - count, this.#read);
  }

  /** Frames not taken yet; a ping and its pong make sure that everything sent before has arrived. */
  async settled(): Promise<Frame[]> {
    const before = this.frames.filter(isPong).length;
    this.send({ action: 'ping' });
    await until(
      () => this.frames.filter(isPong).length > before,
      () => 'a pong',
      this.#patience,
    );
    this.frames.splice(this.frames.findLastIndex(isPong), 1);
    const frames = this.frames.slice(this.#read);
    this.#read = this.frames.length;
    return frames;
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** Sends one frame and gives its answer. */
  async ask(frame: unknown): Promise<Frame> {
    this.send(frame);
    return this.next();
  }

  async closed(): Promise<Close> {
    return within(this.#closed, 'the close', this.#patience);
  }

  async end(): Promise<void> {
    this.socket.close();
    await this.closed();
  }
}

const isPong = (frame: Frame) => frame.action === 'pong';

/** Connects, and rejects when the handshake is refused. */
export async function connect(
  url: string,
  protocols?: string[],
  options?: TestClientOptions,
): Promise<TestClient> {
  const client = new TestClient(url, protocols, options);
  await within(once(client.socket, 'open'), 'the handshake', options?.patience);
  return client;
}
