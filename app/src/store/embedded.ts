import type { Database, RootDatabase } from 'lmdb';
import type { Rejected } from '../bus/bus.js';
import { type Entry, frameOf } from '../domain/message.js';
import { documentId } from '../domain/message-id.js';
import { deviceKey } from '../domain/topic.js';
import { closeEnvironment, openEnvironment } from '../lmdb/environment.js';
import type { Store, StoredUplink } from './store.js';

export interface EmbeddedStoreOptions {
  /** Folder of the LMDB environment; it is made when missing. */
  readonly path: string;
  /** Bytes of frames kept; the oldest go first. */
  readonly maxBytes: number;
}

const cursorKey = 'cursor';

/** History on local disk, bounded in size. Frames are kept as the text that clients got. */
export class EmbeddedStore implements Store {
  readonly #root: RootDatabase;
  readonly #frames: Database<string, [device: string, id: string]>;
  /** The same entries by age, for trimming. */
  readonly #ages: Database<{ device: string; bytes: number }, string>;
  readonly #meta: Database<string, string>;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor({ path, maxBytes }: EmbeddedStoreOptions) {
    this.#maxBytes = maxBytes;
    this.#root = openEnvironment(path);
    this.#frames = this.#root.openDB({ name: 'frames' });
    this.#ages = this.#root.openDB({ name: 'ages' });
    this.#meta = this.#root.openDB({ name: 'meta' });
    for (const { value } of this.#ages.getRange()) this.#bytes += value.bytes;
  }

  cursor(): string {
    return this.#meta.get(cursorKey) ?? '0';
  }

  async write(entries: readonly Entry[]): Promise<readonly Rejected[]> {
    await this.#root.batch(() => {
      for (const entry of entries) this.#put(entry);
      const last = entries.at(-1);
      if (last) void this.#meta.put(cursorKey, last.id);
      this.#trim();
    });
    await this.#root.flushed;
    return [];
  }

  async last(devEui: string, limit: number): Promise<StoredUplink[]> {
    const device = deviceKey(devEui);
    const range = this.#frames.getRange({ start: [device, '~'], end: [device, ''], reverse: true, limit });
    return [...range].map(({ value }) => {
      const frame = JSON.parse(value);
      return { ...frame, _id: documentId(frame.id), timestamp: frame.received_at };
    });
  }

  async ready(): Promise<void> {
    this.cursor();
  }

  async close(): Promise<void> {
    await closeEnvironment(this.#root);
  }

  #put(entry: Entry): void {
    if (entry.message.kind !== 'uplink' || this.#ages.doesExist(entry.id)) return;
    const device = deviceKey(entry.message.devEui);
    const frame = frameOf(entry);
    void this.#frames.put([device, entry.id], frame);
    void this.#ages.put(entry.id, { device, bytes: frame.length });
    this.#bytes += frame.length;
  }

  #trim(): void {
    if (this.#bytes <= this.#maxBytes) return;
    for (const { key, value } of this.#ages.getRange()) {
      if (this.#bytes <= this.#maxBytes) return;
      void this.#frames.remove([value.device, key]);
      void this.#ages.remove(key);
      this.#bytes -= value.bytes;
    }
  }
}
