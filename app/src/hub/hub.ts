import type { Entry } from '../domain/message.js';
import { type Topic, topicsOf } from '../domain/topic.js';
import type { Subscriber } from './subscriber.js';

/**
 * Fan-out: from topics to subscribers. A message is made into one frame and offered once to each subscriber, however
 * many of its topics they share. Joining and leaving cost one step per topic, however many topics there are; which they
 * are is for the subscriber to know.
 */
export class Hub {
  readonly #subscribers = new Map<Topic, Set<Subscriber>>();
  readonly #frameOf: (entry: Entry) => Buffer;
  readonly #onDelivered: (receivers: number) => void;

  /**
   * @param frameOf what all receivers of a message get; called once for each that has any
   * @param onDelivered called after each message with the number of its receivers
   */
  constructor(frameOf: (entry: Entry) => Buffer, onDelivered: (receivers: number) => void = () => {}) {
    this.#frameOf = frameOf;
    this.#onDelivered = onDelivered;
  }

  join(subscriber: Subscriber, topics: Iterable<Topic>): void {
    for (const topic of topics) {
      const members = this.#subscribers.get(topic);
      if (members) members.add(subscriber);
      else this.#subscribers.set(topic, new Set([subscriber]));
    }
  }

  /** Does nothing about topics that it is not joined to. */
  leave(subscriber: Subscriber, topics: Iterable<Topic>): void {
    for (const topic of topics) {
      const members = this.#subscribers.get(topic);
      if (members?.delete(subscriber) && members.size === 0) this.#subscribers.delete(topic);
    }
  }

  deliver(entry: Entry): void {
    const groups = topicsOf(entry.message)
      .map((topic) => this.#subscribers.get(topic))
      .filter((members) => members !== undefined);
    let receivers = 0;
    if (groups.length > 0) {
      const frame = this.#frameOf(entry);
      for (const [index, members] of groups.entries()) {
        for (const subscriber of members) {
          if (inEarlierGroup(groups, index, subscriber)) continue;
          subscriber.offer(entry, frame);
          receivers += 1;
        }
      }
    }
    this.#onDelivered(receivers);
  }

  /** Topics that have a subscriber. */
  get topicCount(): number {
    return this.#subscribers.size;
  }
}

/** A message has four topics at most, so looking into the earlier ones is cheaper than remembering receivers. */
function inEarlierGroup(groups: Set<Subscriber>[], index: number, subscriber: Subscriber): boolean {
  for (let earlier = 0; earlier < index; earlier += 1) {
    if (groups[earlier]?.has(subscriber)) return true;
  }
  return false;
}
