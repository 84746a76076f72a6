/*
 * Follows a channel of Monitor Hermes from a page: comes back by itself, and misses nothing on the way.
 *
 *     import { HermesClient } from './hermes-client.js';
 *     const client = new HermesClient('wss://hermes.example.com/ws', {
 *       getToken: async () => …,            // asked before every attempt; give a fresh one when you have it
 *       onFrame: (frame) => …,
 *       onState: (state, detail) => …,      // connecting, open, waiting, stopped
 *     });
 *     client.start();
 *
 * A page with a Content-Security-Policy needs the server, as wss: and as https:, in its connect-src.
 */

const firstCeiling = 1_000; // ms that the first wait takes at most; doubled with each attempt that fails
const lastCeiling = 30_000; // ms that any wait takes at most
const settled = 10_000; // ms that a connection must last before the next loss counts as the first again
const beat = 25_000; // ms between two pings of ours; a page cannot see those of the server
const mostRefusals = 8; // in a row; with the waits above that takes 45 s, longer than a restart of the server

const ourFault = [1002, 1003, 1007, 1009]; // the same again would end the same way

export class HermesClient {
  #hooks;
  #socket;
  #timer;
  #since;
  #openedAt;
  #attempt = 0;
  #refusals = 0;
  #refusedToken;
  #state = 'stopped';
  #run = 0; // tells what began before a stop from what began after it

  constructor(url, hooks) {
    this.url = url;
    this.#hooks = hooks;
  }

  /** Also starts again after a stop, and resumes where it was. */
  start() {
    if (this.#state !== 'stopped') return;
    this.#run += 1;
    this.#attempt = this.#refusals = 0;
    this.#refusedToken = undefined;
    addEventListener('online', this.#hurry);
    document.addEventListener('visibilitychange', this.#hurry);
    void this.#connect();
  }

  stop(detail = 'stopped by the page') {
    removeEventListener('online', this.#hurry);
    document.removeEventListener('visibilitychange', this.#hurry);
    this.#abandon();
    this.#change('stopped', detail);
  }

  async #connect() {
    this.#change('connecting');
    const run = this.#run;
    const token = await this.#askToken();
    if (this.#ended(run)) return;
    if (!token) return this.#retry('no token could be had');
    if (token === this.#refusedToken) return this.stop('this token has expired; give a new one');

    const socket = this.#handshake(token);
    if (!socket) return;
    this.#socket = socket;
    socket.onopen = () => {
      this.#openedAt = performance.now();
      this.#refusals = 0;
      this.#change('open');
      this.#timer = setTimeout(() => this.#ping(), beat);
    };
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    socket.onclose = ({ code, reason }) => {
      this.#abandon();
      if (this.#state !== 'open') return void this.#refused(run);
      const why = `${code}: ${reason || 'no reason given'}`;
      if (ourFault.includes(code)) return this.stop(why);
      if (code === 1008) this.#refusedToken = token;
      this.#retry(why);
    };
  }

  async #askToken() {
    try {
      return await this.#hooks.getToken();
    } catch {
      return undefined; // perhaps the network is down
    }
  }

  #handshake(token) {
    try {
      const url = new URL(this.url);
      if (this.#since) url.searchParams.set('since', this.#since);
      // A page can set no header, and URLs end up in logs: the token travels as a subprotocol.
      return new WebSocket(url, ['bearer', token]);
    } catch (error) {
      this.stop(error.message); // no URL of a socket, a token with blanks in it, ws: on a page of https:
    }
  }

  #receive(frame) {
    clearTimeout(this.#timer); // any frame tells that the line is alive
    this.#timer = setTimeout(() => this.#ping(), beat);
    if (frame.action === 'pong') return;
    this.#hooks.onFrame(frame);
    this.#since = frame.id ?? this.#since;
  }

  #ping() {
    clearTimeout(this.#timer);
    this.#socket.send('{"action":"ping"}');
    this.#timer = setTimeout(() => {
      this.#abandon();
      this.#retry('the server does not answer');
    }, 10_000);
  }

  /**
   * Browsers hide why a handshake failed. If the server is ready all the same, it refused this one: because of the
   * token, the origin of the page, or the channel. That is tried some times more, but not for ever.
   */
  async #refused(run) {
    const ready = new URL('/health/ready', this.url.replace(/^ws/, 'http'));
    try {
      const { type, ok } = await fetch(ready, { mode: 'no-cors', cache: 'no-store', credentials: 'omit' });
      // From another origin only the fact of an answer is seen, not its status.
      if (type === 'opaque' || ok) this.#refusals += 1;
    } catch {
      this.#refusals = 0; // it is away, or this page is offline
    }
    if (this.#ended(run)) return;
    if (this.#refusals < mostRefusals) return this.#retry('no connection');
    this.stop('the server refuses the handshake: token, origin of this page, or channel');
  }

  #ended(run) {
    return this.#run !== run || this.#state === 'stopped';
  }

  #retry(detail) {
    if (performance.now() - this.#openedAt >= settled) this.#attempt = 0;
    this.#openedAt = undefined;
    const wait = Math.random() * Math.min(lastCeiling, firstCeiling * 2 ** this.#attempt++);
    this.#timer = setTimeout(() => this.#connect(), wait);
    this.#change('waiting', `${detail}; next attempt in ${(wait / 1_000).toFixed(1)} s`);
  }

  /** The network is back, or somebody looks at the page again: no use in waiting, or in trusting an old line. */
  #hurry = () => {
    if (document.visibilityState === 'hidden') return;
    if (this.#state === 'open') return this.#ping();
    if (this.#state !== 'waiting') return;
    clearTimeout(this.#timer);
    void this.#connect();
  };

  /** Leaves the socket behind, whatever it still has to say. */
  #abandon() {
    clearTimeout(this.#timer);
    if (!this.#socket) return;
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close(1000);
    this.#socket = undefined;
  }

  #change(state, detail = '') {
    this.#state = state;
    this.#hooks.onState?.(state, detail);
  }
}
