// @ts-check

/**
 * @typedef {'wanted' | 'subscribed' | 'refused'} DeviceState
 * @typedef {'subscribe' | 'unsubscribe'} Action
 */

/**
 * The devices that the person wants on the general channel, and what the server made of each. The server answers each
 * request in turn, and an error names no device: so the order of the requests tells whose it is.
 */
export class Subscriptions {
  /** @type {Map<string, DeviceState>} */
  #devices = new Map();
  /** @type {string[]} */
  #asked = [];

  /** @returns {ReadonlyMap<string, DeviceState>} */
  get devices() {
    return this.#devices;
  }

  /** Those worth asking for in a handshake: one refused device would have the whole handshake refused. */
  get forHandshake() {
    return [...this.#devices].filter(([, state]) => state !== 'refused').map(([device]) => device);
  }

  /** @param {string} device */
  add(device) {
    this.#devices.set(device, 'wanted');
  }

  /** @param {string} device */
  remove(device) {
    this.#devices.delete(device);
  }

  /** @param {string} device  Of a request that has gone out. */
  asked(device) {
    this.#asked.push(device);
  }

  /** @param {readonly string[]} devices  Those that the handshake asked for; it would have failed without them. */
  opened(devices) {
    this.#asked = [];
    for (const device of devices) this.#set(device, 'subscribed');
  }

  closed() {
    this.#asked = [];
    for (const device of this.forHandshake) this.#set(device, 'wanted');
  }

  /** @param {'subscribed' | 'unsubscribed' | 'error'} kind  Of the frame that answers the oldest open request. */
  answered(kind) {
    const device = this.#asked.shift();
    if (device !== undefined && kind !== 'unsubscribed') {
      this.#set(device, kind === 'subscribed' ? 'subscribed' : 'refused');
    }
  }

  /** @param {string} device @param {DeviceState} state */
  #set(device, state) {
    if (this.#devices.has(device)) this.#devices.set(device, state);
  }
}
