/*
 * Runs in the page. A WebSocket that keeps what it gets and when, for tests that look at the wire rather than at the
 * console.
 */
globalThis.RecordedSocket = class {
  /** Every frame but the pongs of `settled`, with the time at which it came. */
  received = [];
  #pongs = [];

  constructor(url, protocols) {
    this.socket = new WebSocket(url, protocols);
    this.closed = new Promise((resolve) => {
      this.socket.onclose = ({ code, reason }) => resolve({ code, reason });
    });
    this.opened = new Promise((resolve) => {
      this.socket.onopen = () => resolve(true);
      this.closed.then(() => resolve(false));
    });
    this.socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      const pong = frame.action === 'pong' && this.#pongs.shift();
      if (pong) pong(this.received);
      else this.received.push({ at: Date.now(), frame });
    };
  }

  /** Everything that the server had sent when it read this: a pong comes after it. */
  settled() {
    this.socket.send('{"action":"ping"}');
    return new Promise((resolve) => this.#pongs.push(resolve));
  }
};
