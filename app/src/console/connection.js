// @ts-check
/**
 * @import { Frame } from './frames.js'
 * @import { Handshake, Plan, Socket } from './plan.js'
 * @import { Problem } from './problem.js'
 */
import { fullJitter } from './backoff.js';
import { explainClose } from './close-codes.js';
import { readFrame } from './frames.js';
import { Heartbeat } from './heartbeat.js';

/**
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

const silence = 'Nothing came any more, not even answers to pings, although nothing closed it either.';

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
      lost: () => this.#lost({ ...explainClose(1006, ''), detail: silence }),
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
   * @param {object} frame
   * @returns {boolean} False when the connection is not open, and nothing was sent.
   */
  send(frame) {
    if (this.#state !== 'open') return false;
    this.#socket?.send(JSON.stringify(frame));
    return true;
  }

  #open() {
    if (!this.#plan) return;
    this.#change('connecting');
    const handshake = this.#plan.open(this.#lastId);
    if ('problem' in handshake) return this.#change('closed', { problem: handshake.problem });
    const { socket } = handshake;
    this.#socket = socket;
    // A socket that was left behind may still speak up.
    const isCurrent = () => this.#socket === socket;
    socket.addEventListener('open', () => {
      if (isCurrent()) this.#opened(handshake);
    });
    socket.addEventListener('message', ({ data }) => {
      if (isCurrent()) this.#receive(readFrame(data));
    });
    socket.addEventListener('close', async ({ code, reason }) => {
      if (!isCurrent()) return;
      const problem = this.#state === 'open' ? explainClose(code, reason) : await handshake.explainRefusal();
      if (isCurrent()) this.#lost(problem);
    });
  }

  /** @param {Handshake} handshake */
  #opened({ opened }) {
    this.#openedAt = performance.now();
    opened();
    this.#change('open');
    this.#heartbeat.start();
  }

  /** @param {Frame} frame */
  #receive(frame) {
    this.#heartbeat.heard();
    if (frame.kind === 'pong') {
      const milliseconds = this.#heartbeat.answered();
      if (milliseconds !== undefined) this.#listener.roundTrip(milliseconds);
      return;
    }
    this.#lastId = frame.id ?? this.#lastId;
    this.#listener.received(frame);
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

  #abandon() {
    clearTimeout(this.#timer);
    this.#heartbeat.stop();
    this.#socket?.close(1000);
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
