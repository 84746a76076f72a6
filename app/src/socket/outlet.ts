import type { Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import { HermesError } from '../errors.js';
import type { WriteBatch } from './write-batch.js';

/** The peer has left while something was on its way to it: no fault of anybody's. */
export const gone = new HermesError('socket-gone', 'the socket has closed');

/** Frames on their way beyond which a writer waits: each costs far more memory than its bytes when it is small. */
const mostOnTheirWay = 256;

/** The way out of one socket: at once for live messages, no faster than the peer reads for everything else. */
export class Outlet {
  readonly #socket: WebSocket;
  readonly #maxWaiting: number;
  readonly #gather: () => void;
  #onTheirWay = 0;

  /**
   * @param connection what carries the frames, TCP or TLS
   * @param batch gathers them
   * @param maxWaiting bytes that may wait for the peer
   */
  constructor(socket: WebSocket, connection: Writable, batch: WriteBatch, maxWaiting: number) {
    this.#socket = socket;
    this.#maxWaiting = maxWaiting;
    this.#gather = () => batch.hold(connection);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** @returns false when more is waiting than may, and the frame was not sent */
  send(frame: Buffer): boolean {
    if (!this.isOpen) return true;
    this.#gather();
    if (this.#socket.bufferedAmount > this.#maxWaiting) return false;
    this.#socket.send(frame, { binary: false });
    return true;
  }

  /** Resolves at once while little is waiting, else when the frame has left; rejects with `gone`. */
  write(frame: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.isOpen) return reject(gone);
      this.#gather();
      const crowded =
        this.#onTheirWay >= mostOnTheirWay || this.#socket.bufferedAmount > this.#maxWaiting / 4;
      this.#onTheirWay += 1;
      this.#socket.send(frame, { binary: false }, (error) => {
        this.#onTheirWay -= 1;
        if (error) reject(gone);
        else resolve();
      });
      if (!crowded) resolve();
    });
  }
}
