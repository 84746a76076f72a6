import { setImmediate } from 'node:timers/promises';
import type { Bus, Span } from '../bus/bus.js';
import { type Entry, frameOf } from '../domain/message.js';
import { formatId } from '../domain/message-id.js';
import { type Topic, topicsOf } from '../domain/topic.js';
import type { ChannelSocket } from './channel-socket.js';
import { serverFrame } from './protocol.js';

/** Entries read at once. */
const page = 100;
/** Entries that may wait while the last of the history is sent; beyond, they are read from the history instead. */
const longestQueue = 1_000;

export interface ReplayTarget {
  hasTopic(topic: Topic): boolean;
  readonly outlet: Pick<ChannelSocket, 'isOpen' | 'write'>;
  /** From now on messages are sent as they come, except those up to this id, which were dealt with. */
  goLive(upTo: string): void;
}

/** Live messages that come while a replay is under way. */
export class ReplayQueue {
  #entries: Entry[] = [];
  #overflown = false;

  push(entry: Entry): void {
    if (this.#entries.length >= longestQueue) this.#overflown = true;
    else this.#entries.push(entry);
  }

  /** What came since the last call, or undefined when it was too much to keep. */
  take(): Entry[] | undefined {
    const entries = this.#overflown ? undefined : this.#entries;
    this.#entries = [];
    this.#overflown = false;
    return entries;
  }
}

/**
 * Sends what the target may see of the history after `since`, up to the moment at which live delivery has taken over:
 * no gap, and nothing twice. What cannot be sent any more is announced by a `gap` frame: at once, or later, when the
 * history was trimmed faster than the target read. The caller has joined the hub already and puts live messages into
 * the queue until `goLive` is called.
 */
export async function replay(
  bus: Bus,
  since: string,
  target: ReplayTarget,
  queue: ReplayQueue,
): Promise<void> {
  let cursor = since;
  // A target that has left may have had nothing to write that would have told so.
  while (target.outlet.isOpen) {
    const [entries, span] = await Promise.all([bus.read(cursor, page), bus.span()]);
    const lostUpTo = gapAfter(cursor, span);
    if (lostUpTo !== undefined) {
      await target.outlet.write(serverFrame.gap(span.oldest ?? null));
      cursor = lostUpTo;
    }
    for (const entry of entries) await deliver(entry);
    cursor = entries.at(-1)?.id ?? cursor;
    // The history may be long: let others have their turn.
    await setImmediate();
    if (entries.length > 0) continue;
    const queued = queue.take();
    if (!queued) continue;
    const missed = queued.filter((entry) => entry.id > cursor);
    if (missed.length === 0) return target.goLive(cursor);
    for (const entry of missed) await deliver(entry);
    cursor = missed.at(-1)?.id ?? cursor;
  }

  async function deliver(entry: Entry): Promise<void> {
    if (topicsOf(entry.message).some((topic) => target.hasTopic(topic)))
      await target.outlet.write(frameOf(entry));
  }
}

const beginning = formatId({ ms: 0, sequence: 0 });

/**
 * Whether messages after the id are gone: they were trimmed, or the history is not the one the id is from.
 * @returns the id to go on from, or undefined when nothing is missing
 */
function gapAfter(id: string, { oldest, newest = beginning, trimmed }: Span): string | undefined {
  if (id > newest) return newest;
  if (trimmed !== undefined) return id < trimmed ? trimmed : undefined;
  // Nothing was ever trimmed, so an id before the oldest is of a history that is no more.
  return oldest !== undefined && id < oldest && id !== beginning ? id : undefined;
}
