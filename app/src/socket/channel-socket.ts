import type { Writable } from 'node:stream';
import { WebSocket } from 'ws';
import { HermesError } from '../errors.js';
import { closeCode, reasonFor } from './close-code.js';
import type { Rounds, Writer } from './rounds.js';
import { Run } from './run.js';
import type { WriteBatch } from './write-batch.js';

/** The peer has left while something was on its way to it: no fault of anybody's. */
export const gone = new HermesError('socket-gone', 'the socket has closed');

/** Frames on their way beyond which a writer waits: each costs far more memory than its bytes when it is small. */
const mostOnTheirWay = 256;

/** Answers to pings that may wait, apart from what else does; `ws` by itself bounds them alike. */
const mostPongs = 60;

/** What all sockets of a server share: when they are written to, and how much may wait. */
export interface Gathering {
  readonly rounds: Rounds;
  readonly batch: WriteBatch;
  /** Bytes that may wait for one peer. */
  readonly maxWaiting: number;
}

/** Who serves a socket. */
export interface Attendant {
  received(text: string): void;
  /** The peer has answered a ping. */
  answered(): void;
  /** The socket has closed; comes once. */
  left(code: number): void;
}

/**
 * A socket with its way out: live messages by rounds, without a look at the peer; everything else no faster than the
 * peer reads. Live frames do not go through `ws`: they are complete, shared by all receivers, and written to the
 * connection in one piece, which is sound as long as no extension is negotiated. Whatever else `ws` writes comes after
 * what has been sent before it.
 *
 * It is all in one object, and has one attendant in place of listeners, as there are very many of them and most only
 * wait: four listeners, with what they remember, were 0.5 KiB of each.
 */
export class ChannelSocket extends WebSocket implements Writer {
  #attendant: Attendant | undefined;
  #connection: Writable | undefined;
  #gathering: Gathering | undefined;
  #run = Run.empty;
  #joined = false;
  #onTheirWay = 0;
  #pongs = 0;

  /**
   * To be called before anything else.
   * @param connection what carries the frames, TCP or TLS
   */
  attend(attendant: Attendant, connection: Writable, gathering: Gathering): void {
    this.#attendant = attendant;
    this.#connection = connection;
    this.#gathering = gathering;
  }

  get isOpen(): boolean {
    return this.readyState === WebSocket.OPEN;
  }

  /** Bytes that wait for the peer. */
  get waiting(): number {
    return this.bufferedAmount + this.#run.length;
  }

  /**
   * @param frame a whole text frame, as `textFrame` makes it
   * @returns false when more is waiting than may, and the frame was not sent
   */
  offer(frame: Buffer): boolean {
    const gathering = this.#gathering as Gathering;
    // Asked once a run: it is short, and to ask costs more than to add a frame.
    if (this.#run === Run.empty) {
      if (!this.isOpen) return true;
      if (this.waiting > gathering.maxWaiting) return false;
    }
    this.#run = this.#run.with(frame);
    if (this.#run.length >= gathering.batch.most) this.#flush();
    else if (!this.#joined) {
      this.#joined = true;
      gathering.rounds.join(this);
    }
    return true;
  }

  endRound(): void {
    this.#joined = false;
    this.#flush();
  }

  /** Resolves at once while little is waiting, else when the frame has left; rejects with `gone`. */
  write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.isOpen) return reject(gone);
      const { batch, maxWaiting } = this.#gathering as Gathering;
      batch.hold(this.#connection as Writable);
      this.#flush();
      const crowded = this.#onTheirWay >= mostOnTheirWay || this.bufferedAmount > maxWaiting / 4;
      this.#onTheirWay += 1;
      this.send(text, { binary: false }, (error) => {
        this.#onTheirWay -= 1;
        if (error) reject(gone);
        else resolve();
      });
      if (!crowded) resolve();
    });
  }

  /** Closes after all that was sent, and with a reason: also when `ws` closes by itself, on an illegal frame. */
  override close(code?: number, reason?: string | Buffer): void {
    this.#flush();
    super.close(code, reason ?? reasonFor(code));
  }

  /** What `ws` has to tell. */
  override emit(event: string | symbol, ...values: unknown[]): boolean {
    switch (event) {
      case 'message':
        if (values[1] === true) this.close(closeCode.unsupportedData);
        else this.#attendant?.received(String(values[0]));
        return true;
      case 'ping':
        this.#answer(values[0] as Buffer);
        return true;
      case 'pong':
        this.#attendant?.answered();
        return true;
      case 'close':
        this.#attendant?.left(Number(values[0]));
        return super.emit(event, ...values);
      case 'error':
        // An illegal frame; the close code has been sent by then. Without a listener it would end the process.
        return true;
      default:
        return super.emit(event, ...values);
    }
  }

  /** By RFC 6455, 5.5.3. A peer that does not read its answers is cut. */
  #answer(ping: Buffer): void {
    if (!this.isOpen) return;
    if (this.#pongs >= mostPongs) {
      this.terminate();
      return;
    }
    this.#flush();
    this.#pongs += 1;
    this.pong(ping, false, () => {
      this.#pongs -= 1;
    });
  }

  /** Writes what was sent, without waiting for the round to end. */
  #flush(): void {
    const run = this.#run;
    if (run === Run.empty) return;
    this.#run = Run.empty;
    if (this.isOpen) this.#connection?.write(run.bytes);
  }
}
