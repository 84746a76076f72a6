import type { Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import { HermesError } from '../errors.js';
import type { Rounds, Writer } from './rounds.js';
import { Run } from './run.js';
import type { WriteBatch } from './write-batch.js';

/** The peer has left while something was on its way to it: no fault of anybody's. */
export const gone = new HermesError('socket-gone', 'the socket has closed');

/** Frames on their way beyond which a writer waits: each costs far more memory than its bytes when it is small. */
const mostOnTheirWay = 256;

/** What all outlets of a server share: they decide when sockets are written to. */
export interface Gathering {
  readonly rounds: Rounds;
  readonly batch: WriteBatch;
}

/**
 * The way out of one socket: live messages by rounds, without a look at the peer; everything else no faster than the
 * peer reads. Live frames do not go through `ws`: they are complete, shared by all receivers, and written to the
 * connection in one piece, which is sound as long as no extension is negotiated. Whatever else `ws` writes comes after
 * what has been sent before it: `flush` first.
 */
export class Outlet implements Writer {
  readonly #socket: WebSocket;
  readonly #connection: Writable;
  readonly #gathering: Gathering;
  readonly #maxWaiting: number;
  #run = Run.empty;
  #joined = false;
  #onTheirWay = 0;

  /**
   * @param connection what carries the frames, TCP or TLS
   * @param maxWaiting bytes that may wait for the peer
   */
  constructor(socket: WebSocket, connection: Writable, gathering: Gathering, maxWaiting: number) {
    this.#socket = socket;
    this.#connection = connection;
    this.#gathering = gathering;
    this.#maxWaiting = maxWaiting;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Bytes that wait for the peer. */
  get waiting(): number {
    return this.#socket.bufferedAmount + this.#run.length;
  }

  /**
   * @param frame a whole text frame, as `textFrame` makes it
   * @returns false when more is waiting than may, and the frame was not sent
   */
  send(frame: Buffer): boolean {
    // Asked once a run: it is short, and to ask costs more than to add a frame.
    if (this.#run === Run.empty) {
      if (!this.isOpen) return true;
      if (this.waiting > this.#maxWaiting) return false;
    }
    this.#run = this.#run.with(frame);
    if (this.#run.length >= this.#gathering.batch.most) this.flush();
    else if (!this.#joined) {
      this.#joined = true;
      this.#gathering.rounds.join(this);
    }
    return true;
  }

  endRound(): void {
    this.#joined = false;
    this.flush();
  }

  /** Writes what was sent, without waiting for the round to end. */
  flush(): void {
    const run = this.#run;
    if (run === Run.empty) return;
    this.#run = Run.empty;
    if (this.isOpen) this.#connection.write(run.bytes);
  }

  /** Resolves at once while little is waiting, else when the frame has left; rejects with `gone`. */
  write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.isOpen) return reject(gone);
      this.#gathering.batch.hold(this.#connection);
      this.flush();
      const crowded =
        this.#onTheirWay >= mostOnTheirWay || this.#socket.bufferedAmount > this.#maxWaiting / 4;
      this.#onTheirWay += 1;
      this.#socket.send(text, { binary: false }, (error) => {
        this.#onTheirWay -= 1;
        if (error) reject(gone);
        else resolve();
      });
      if (!crowded) resolve();
    });
  }
}
