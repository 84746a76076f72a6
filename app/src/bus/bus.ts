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

export type Listener = (entries: readonly Entry[]) => void;

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
  /** Resolves when messages can be published; rejects with the fault. */
  ready(): Promise<void>;
  close(): Promise<void>;
}
