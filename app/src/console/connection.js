// @ts-check
/**
 * @import { Problem } from './problem.js'
 * @import { Frame } from './frames.js'
 */
import { fullJitter } from './backoff.js';
import { explainClose } from './close-codes.js';
import { readFrame } from './frames.js';
import { Heartbeat } from './heartbeat.js';

/**
 * The part of a WebSocket that is used here.
 *
 * @typedef {object} Socket
 * @property {(text: string) => void} send
 * @property {(code?: number, reason?: string) => void} close
 * @property {((event: any) => void) | null} onopen
 * @property {((event: any) => void) | null} onmessage
 * @property {((event: any) => void) | null} onclose
 *
 * @typedef {object} Plan  What one press of Connect asks for.
 * @property {(lastId: string | undefined) => { socket: Socket } | { problem: Problem }} open  Begins a handshake.
 * @property {() => Promise<Problem>} explainRefusal  Finds out why that handshake failed.
 *
 * @typedef {object} Status
 * @property {'idle' | 'connecting' | 'open' | 'waiting' | 'closed'} state
 * @property {Problem} [problem]  Why it is not open.
 * @property {number} [retryIn]  Milliseconds until the next attempt; while waiting.
 * @property {number} attempt  Attempts that failed in a row.
 *
 * @typedef {object} Listener
 * @property {(status: Status) => void} changed
 * @property {(frame: Frame) => void} received  Every frame but the answers to our own pings.
 * @property {(milliseconds: number) => void} roundTrip
 */

/** Milliseconds that a connection must last before the next loss counts as the first one again. */
const settled = 10_000;

/** A connection that comes back where the close code allows it, and resumes after the last id it saw. */
export class Connection {
  #listener;
  #delay;
  #heartbeat;
  /** @type {Plan | undefined} */
  #plan;
  /** @type {Socket | undefined} */
  #socket;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {string | undefined} */
  #lastId;
  #attempt = 0;
  #openedAt = 0;
  /** @type {Status['state']} */
  #state = 'idle';

  /**
   * @param {Listener} listener
   * @param {(attempt: number) => number} [delay]  Milliseconds to wait before an attempt.
   */
  constructor(listener, delay = fullJitter) {
    this.#listener = listener;
    this.#delay = delay;
    this.#heartbeat = new Heartbeat({
      ask: () => this.send({ action: 'ping' }),
      lost: () => this.#lost(explainClose(1006, 'no answer to our pings')),
    });
  }

  /** @param {Plan} plan */
  connect(plan) {
    this.#abandon();
    this.#plan = plan;
    this.#lastId = undefined;
    this.#attempt = 0;
    this.#open();
  }

  /** Ends the wait before the next attempt. Does nothing in another state. */
  retryNow() {
    if (this.#state !== 'waiting') return;
    clearTimeout(this.#timer);
    this.#open();
  }

  disconnect() {
    this.#abandon();
    this.#change('closed');
  }

  /**
   * Does nothing unless the connection is open.
   *
   * @param {object} frame
   */
  send(frame) {
    if (this.#state === 'open') this.#socket?.send(JSON.stringify(frame));
  }

  #open() {
    if (!this.#plan) return;
    const plan = this.#plan;
    this.#change('connecting');
    const begun = plan.open(this.#lastId);
    if ('problem' in begun) return this.#change('closed', { problem: begun.problem });
    const { socket } = begun;
    this.#socket = socket;
    socket.onopen = () => {
      this.#openedAt = performance.now();
      this.#change('open');
      this.#heartbeat.start();
    };
    socket.onmessage = ({ data }) => this.#receive(readFrame(data));
    socket.onclose = ({ code, reason }) => {
      if (this.#state === 'open') this.#lost(explainClose(code, reason));
      else void this.#refused(plan, socket);
    };
  }

  /** @param {Frame} frame */
  #receive(frame) {
    if (frame.kind === 'pong') {
      const milliseconds = this.#heartbeat.answered();
      if (milliseconds !== undefined) this.#listener.roundTrip(milliseconds);
      return;
    }
    this.#lastId = frame.id ?? this.#lastId;
    this.#listener.received(frame);
  }

  /** @param {Plan} plan @param {Socket} socket */
  async #refused(plan, socket) {
    const problem = await plan.explainRefusal();
    // Meanwhile the person may have disconnected, or connected elsewhere.
    if (this.#socket === socket) this.#lost(problem);
  }

  /** @param {Problem} problem */
  #lost(problem) {
    if (this.#state === 'open' && performance.now() - this.#openedAt >= settled) this.#attempt = 0;
    this.#abandon();
    if (!problem.retry) return this.#change('closed', { problem });
    const retryIn = this.#delay(this.#attempt++);
    this.#timer = setTimeout(() => this.#open(), retryIn);
    this.#change('waiting', { problem, retryIn });
  }

  /** Leaves the socket behind, whatever it still has to say. */
  #abandon() {
    clearTimeout(this.#timer);
    this.#heartbeat.stop();
    if (!this.#socket) return;
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close(1000);
    this.#socket = undefined;
  }

  /**
   * @param {Status['state']} state
   * @param {{ problem?: Problem, retryIn?: number }} [more]
   */
  #change(state, more = {}) {
    this.#state = state;
    this.#listener.changed({ state, attempt: this.#attempt, ...more });
  }
}
