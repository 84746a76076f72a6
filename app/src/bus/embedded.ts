import type { Database, RootDatabase } from 'lmdb';
import type { Entry, Message } from '../domain/message.js';
import { formatId, type IdParts, nextId, parseId } from '../domain/message-id.js';
import { HermesError, messageOf } from '../errors.js';
import { closeEnvironment, openEnvironment } from '../lmdb/environment.js';
import type { Bus, Consumer, ConsumerHandler, Listener, Receipt, Span } from './bus.js';
import { follow, storeEvery } from './follow.js';

export interface EmbeddedBusOptions {
  /** Folder of the LMDB environment; it is made when missing. */
  readonly path: string;
  /** Entries kept. */
  readonly retention: number;
  /** Bytes of message bodies kept. */
  readonly maxBytes: number;
  readonly now?: () => number;
}

/** A message that a consumer could not take, kept for a person to look at. */
type DeadLetter = Entry & { readonly reason: string };

const trimmedKey = 'trimmed';

/**
 * The bus of one process: a log in LMDB that survives a kill, bounded in entries and in bytes. Nothing else has to be
 * installed to have resume and deduplication.
 */
export class EmbeddedBus implements Bus {
  readonly #root: RootDatabase;
  readonly #log: Database<Message, string>;
  readonly #dedupe: Database<string, string>;
  readonly #meta: Database<string, string>;
  readonly #dead: Database<DeadLetter, string>;
  readonly #listeners = new Set<Listener>();
  /** Publications whose transaction is under way, by dedupe key. */
  readonly #inFlight = new Map<string, string>();
  readonly #options: EmbeddedBusOptions;
  #last: IdParts;
  #trimmed: string | undefined;
  #count = 0;
  #bytes = 0;
  #closed = false;
  #delivering: Promise<void> = Promise.resolve();

  constructor(options: EmbeddedBusOptions) {
    this.#options = options;
    this.#root = openEnvironment(options.path);
    this.#log = this.#root.openDB({ name: 'log' });
    this.#dedupe = this.#root.openDB({ name: 'dedupe' });
    this.#meta = this.#root.openDB({ name: 'meta' });
    this.#dead = this.#root.openDB({ name: 'dead' });
    this.#trimmed = this.#meta.get(trimmedKey);
    let last = this.#trimmed ?? '0';
    for (const { key, value } of this.#log.getRange()) {
      this.#count += 1;
      this.#bytes += value.body.length;
      last = key;
    }
    this.#last = parseId(last) ?? { ms: 0, sequence: 0 };
  }

  async publish(messages: readonly Message[]): Promise<Receipt[]> {
    this.#assertOpen();
    const fresh: Entry[] = [];
    const receipts = messages.map((message) => this.#enter(message, fresh));
    try {
      // One event turn is one transaction in LMDB; awaiting its flush makes the receipt outlive a power cut.
      if (fresh.length > 0) {
        await this.#write(fresh);
        await this.#deliver(fresh);
      }
      await this.#root.flushed;
    } catch (error) {
      throw new HermesError('bus-unavailable', `the bus cannot write: ${messageOf(error)}`, 'check the disk');
    } finally {
      for (const { message } of fresh) {
        if (message.kind === 'uplink' && message.dedupeKey) this.#inFlight.delete(message.dedupeKey);
      }
    }
    return receipts;
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async read(after: string, limit: number): Promise<Entry[]> {
    this.#assertOpen();
    return [...this.#log.getRange({ start: after, exclusiveStart: true, limit })].map(({ key, value }) => ({
      id: key,
      message: value,
    }));
  }

  async span(): Promise<Span> {
    this.#assertOpen();
    // All from one snapshot, the one that `read` sees in this turn: what is on its way is not there yet.
    const [oldest] = this.#log.getKeys({ limit: 1 });
    const trimmed = this.#meta.get(trimmedKey);
    const newest = [...this.#log.getKeys({ limit: 1, reverse: true })][0] ?? trimmed;
    return { ...(oldest && { oldest }), ...(newest && { newest }), ...(trimmed && { trimmed }) };
  }

  consume(group: string, handle: ConsumerHandler, onFault: (error: unknown) => void): Consumer {
    const key = `consumer:${group}`;
    const from = this.#meta.get(key) ?? '0';
    // From now on nothing is trimmed that it has not taken, also before it has taken anything.
    void this.#meta.put(key, from);
    const take = async (entries: readonly Entry[]) => {
      const rejected = await handle(entries);
      const last = entries.at(-1)?.id;
      await this.#root.batch(() => {
        for (const { entry, reason } of rejected) void this.#dead.put(entry.id, { ...entry, reason });
        if (last) void this.#meta.put(key, last);
      });
    };
    return follow(this, from, take, onFault, storeEvery);
  }

  async ready(): Promise<void> {
    this.#assertOpen();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await closeEnvironment(this.#root);
  }

  #assertOpen(): void {
    if (this.#closed) throw new HermesError('bus-unavailable', 'the bus is closed');
  }

  #enter(message: Message, fresh: Entry[]): Receipt {
    const key = message.kind === 'uplink' ? message.dedupeKey : undefined;
    const known = key && (this.#inFlight.get(key) ?? this.#dedupe.get(key));
    if (known) return { id: known, duplicate: true };
    this.#last = nextId(this.#last, (this.#options.now ?? Date.now)());
    const id = formatId(this.#last);
    if (key) this.#inFlight.set(key, id);
    fresh.push({ id, message });
    return { id, duplicate: false };
  }

  async #write(entries: readonly Entry[]): Promise<void> {
    await this.#root.batch(() => {
      for (const { id, message } of entries) {
        void this.#log.put(id, message);
        if (message.kind === 'uplink' && message.dedupeKey) void this.#dedupe.put(message.dedupeKey, id);
        this.#count += 1;
        this.#bytes += message.body.length;
      }
      this.#trim();
    });
  }

  /** Entries of a later transaction wait for those of an earlier one. */
  #deliver(entries: readonly Entry[]): Promise<void> {
    this.#delivering = this.#delivering.then(async () => {
      await Promise.all([...this.#listeners].map((listener) => listener(entries)));
    });
    return this.#delivering;
  }

  #trim(): void {
    const { retention, maxBytes } = this.#options;
    if (this.#count <= retention && this.#bytes <= maxBytes) return;
    // Removals of this turn are not visible to reads yet, so go on from where the last trim ended.
    const taken = this.#takenByAll();
    for (const { key, value } of this.#log.getRange({ start: this.#trimmed ?? '', exclusiveStart: true })) {
      if (taken !== undefined && key > taken) break;
      if (this.#count <= retention && this.#bytes <= maxBytes) break;
      void this.#log.remove(key);
      if (value.kind === 'uplink' && value.dedupeKey) void this.#dedupe.remove(value.dedupeKey);
      this.#count -= 1;
      this.#bytes -= value.body.length;
      this.#trimmed = key;
    }
    if (this.#trimmed) void this.#meta.put(trimmedKey, this.#trimmed);
  }

  /** The newest entry that every consumer has taken; what comes after it stays, whatever the bounds. */
  #takenByAll(): string | undefined {
    const cursors = this.#meta.getRange({ start: 'consumer:', end: 'consumer;' });
    return [...cursors].map(({ value }) => value).sort()[0];
  }
}
