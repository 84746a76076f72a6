import { once } from 'node:events';
import type { SecureContext } from 'node:tls';
import { type ClientOptions, WebSocket } from 'ws';
import { within } from '../helpers/wait.js';

const [firstCeiling, lastCeiling] = [500, 5_000];

export interface FollowerOptions {
  readonly url: string;
  readonly token: string;
  /** Holds the CA that is trusted. */
  readonly secureContext: SecureContext;
  /** Takes a frame; gives the id to resume after. */
  readonly take: (frame: Buffer) => string | undefined;
  /** How else to connect, such as under another name. */
  readonly connection?: ClientOptions & { readonly servername?: string };
}

/** A client as the documentation asks for: it resumes after the last id it has, and comes back with full jitter. */
export class Follower {
  readonly #options: FollowerOptions;
  #socket: WebSocket;
  #since: string | undefined;
  #attempt = 0;
  #stopped = false;
  #heard = 0;
  #timer: NodeJS.Timeout | undefined;
  reconnects = 0;
  /** When it was connected again, each time, in milliseconds since the epoch. */
  readonly returns: number[] = [];
  /** Longest time without a connection, in milliseconds. */
  longestAway = 0;
  /** With which its connections were closed. */
  readonly closeCodes: number[] = [];
  /** Why attempts to come back failed, and how often. */
  readonly failures = new Map<string, number>();
  #left = 0;
  /** Longest time between two frames, in milliseconds. */
  longestGap = 0;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#socket = this.#connect();
  }

  /** Resolves when the first handshake is over. */
  async open(): Promise<void> {
    await within(once(this.#socket, 'open'), 'the first handshake', 30_000);
  }

  get connected(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Begins to measure gaps. */
  startClock(): void {
    this.#heard = performance.now();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.#socket, 'close');
    this.#socket.close(1000);
    await within(closed, 'the close');
  }

  #connect(): WebSocket {
    const { url, token, secureContext, take, connection } = this.#options;
    const options: ClientOptions & { secureContext: SecureContext } = {
      secureContext,
      ...connection,
      headers: { ...connection?.headers, Authorization: `Bearer ${token}` },
      handshakeTimeout: 10_000,
      perMessageDeflate: false,
    };
    const socket = new WebSocket(this.#since ? `${url}?since=${this.#since}` : url, options);
    socket.on('message', (data) => {
      const now = performance.now();
      if (this.#heard > 0) this.longestGap = Math.max(this.longestGap, now - this.#heard);
      this.#heard = now;
      this.#attempt = 0;
      this.#since = take(data as Buffer) ?? this.#since;
    });
    socket.on('open', () => {
      if (this.#left === 0) return;
      this.returns.push(Date.now());
      this.longestAway = Math.max(this.longestAway, performance.now() - this.#left);
      this.#left = 0;
    });
    // The close that follows leads to the next attempt.
    socket.on('error', ({ message }) => this.failures.set(message, (this.failures.get(message) ?? 0) + 1));
    socket.on('close', (code) => {
      if (this.#stopped) return;
      // Of an attempt that failed, it is the same absence.
      if (this.#left === 0) {
        this.#left = performance.now();
        this.closeCodes.push(code);
      }
      const wait = Math.random() * Math.min(lastCeiling, firstCeiling * 2 ** this.#attempt);
      this.#attempt += 1;
      this.#timer = setTimeout(() => {
        this.reconnects += 1;
        this.#socket = this.#connect();
      }, wait);
    });
    return socket;
  }
}
