import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';

/** Milliseconds after which a test that waits gives up. */
const patience = 5_000;

export type Frame = Record<string, unknown>;

/** A WebSocket client that keeps what it gets, so that a test can wait for it, whenever it came. */
export class TestClient {
  readonly frames: Frame[] = [];
  readonly socket: WebSocket;
  #read = 0;
  readonly #closed: Promise<{ code: number; reason: string }>;

  constructor(url: string, protocols: string[] = [], options: ClientOptions = {}) {
    this.socket = new WebSocket(url, protocols, options);
    this.socket.on('message', (data) => this.frames.push(JSON.parse(String(data))));
    this.socket.on('error', () => {});
    this.#closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  /** The next frame that was not taken yet. */
  async next(): Promise<Frame> {
    await until(() => this.frames.length > this.#read, () => `a frame; so far: ${JSON.stringify(this.frames)}`);
    this.#read += 1;
    return this.frames[this.#read - 1] as Frame;
  }

  /** Frames that came up to now; a ping and its pong make sure that everything sent before has arrived. */
  async settled(): Promise<Frame[]> {
    this.send({ action: 'ping' });
    await until(() => this.frames.some(isPong), () => 'a pong');
    const frames = this.frames.filter((frame) => !isPong(frame));
    this.frames.splice(0, this.frames.length, ...frames);
    this.#read = Math.min(this.#read, frames.length);
    return frames;
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  async closed(): Promise<{ code: number; reason: string }> {
    return within(this.#closed, 'the close');
  }

  async end(): Promise<void> {
    this.socket.close();
    await this.closed();
  }
}

const isPong = (frame: Frame) => frame.action === 'pong';

/** Connects, and rejects when the handshake is refused. */
export async function connect(url: string, protocols?: string[], options?: ClientOptions): Promise<TestClient> {
  const client = new TestClient(url, protocols, options);
  await within(once(client.socket, 'open'), 'the handshake');
  return client;
}

/** Waits for a condition; fails with what was expected, and never sleeps longer than needed. */
export async function until(condition: () => boolean, expected: () => string): Promise<void> {
  const deadline = Date.now() + patience;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${expected()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), patience);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
