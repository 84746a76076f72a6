import type { Entry } from '../domain/message.js';

/** One receiver, whatever carries it. */
export interface Subscriber {
  /**
   * Takes a message. Must not block and must not throw.
   * @param frame the message as it goes over the wire, the same buffer for every receiver
   */
  offer(entry: Entry, frame: Buffer): void;
}
