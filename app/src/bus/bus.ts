import type { Entry, Message } from '../domain/message.js';

/** What became of one message: its id, and whether that id stems from an earlier delivery of the same one. */
export interface Receipt {
  readonly id: string;
  readonly duplicate: boolean;
}

/** How far the kept history reaches. */
export interface Span {
  /** Oldest id that can still be read; undefined when the history is empty. */
  readonly oldest?: string;
  readonly newest?: string;
  /** Newest id that was trimmed away; undefined when nothing ever was. */
  readonly trimmed?: string;
}

/** Gets entries in their order. The next ones come when it has dealt with these. */
export type Listener = (entries: readonly Entry[]) => void | Promise<void>;

/** An entry that its consumer can never take, and why. */
export interface Rejected {
  readonly entry: Entry;
  readonly reason: string;
}

/** Takes entries for good; says which of them it can never take, and rejects when it cannot take any now. */
export type ConsumerHandler = (entries: readonly Entry[]) => Promise<readonly Rejected[]>;

export interface Consumer {
  /** Lets the batch in work end. */
  stop(): Promise<void>;
  /** Resolves when the consumers of the group have taken everything up to the id, or after a bounded wait. */
  reached(id: string): Promise<void>;
}

/**
 * The one road from ingest to sockets and store. Entries are delivered in the order of their ids, each once, and can
 * be read again by id for as long as they are kept.
 */
export interface Bus {
  /** Resolves when the bus has the messages for good, with one receipt for each. Rejects with `bus-unavailable`. */
  publish(messages: readonly Message[]): Promise<Receipt[]>;
  /** Calls back for every entry from now on; returns the way to stop. */
  subscribe(listener: Listener): () => void;
  /** Up to `limit` entries after the id, oldest first. An entry is readable before any listener gets it. */
  read(after: string, limit: number): Promise<Entry[]>;
  span(): Promise<Span>;
  /**
   * A durable reader: each entry goes to one consumer of the group, at least once, also across restarts and while the
   * handler fails for a time. What it rejects is set aside as a dead letter.
   */
  consume(group: string, handle: ConsumerHandler, onFault: (error: unknown) => void): Consumer;
  /** Resolves when messages can be published; rejects with the fault. */
  ready(): Promise<void>;
  close(): Promise<void>;
}
