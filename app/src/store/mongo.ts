import { type Collection, MongoBulkWriteError, MongoClient, MongoServerError } from 'mongodb';
import type { Rejected } from '../bus/bus.js';
import type { Entry } from '../domain/message.js';
import { deviceKey } from '../domain/topic.js';
import { messageOf } from '../errors.js';
import { databaseOf } from './mongo-database.js';
import { toDocument, toStoredUplink, type UplinkDocument } from './mongo-document.js';
import { isRefusal, refusedOf, unavailable } from './mongo-refusal.js';
import type { Store, StoredUplink } from './store.js';

export interface MongoStoreOptions {
  readonly uri: string;
  /** Used where the URI names no database. */
  readonly database: string;
  /** Days after which a message is removed. */
  readonly ttlDays: number;
}

interface Pending {
  readonly entry: Entry;
  readonly document: UplinkDocument;
}

const indexOptionsConflict = 85;
const secondsPerDay = 86_400;

/** History in MongoDB 6 or later, in the collection `messages`. */
export class MongoStore implements Store {
  readonly #client: MongoClient;
  readonly #messages: Collection<UplinkDocument>;
  readonly #ttlSeconds: number;
  #prepared: Promise<unknown> | undefined;

  constructor({ uri, database, ttlDays }: MongoStoreOptions) {
    this.#client = new MongoClient(uri, {
      serverSelectionTimeoutMS: 3_000,
      // A server that hangs must not hold up the end of the process, which waits for the batch in work.
      socketTimeoutMS: 10_000,
      appName: 'monitor-hermes',
    });
    this.#messages = this.#client.db(databaseOf(uri, database)).collection('messages');
    this.#ttlSeconds = ttlDays * secondsPerDay;
  }

  async write(entries: readonly Entry[]): Promise<readonly Rejected[]> {
    await this.#prepare();
    const pending: Pending[] = [];
    const rejected: Rejected[] = [];
    for (const entry of entries) {
      if (entry.message.kind !== 'uplink') continue;
      try {
        pending.push({ entry, document: toDocument(entry) });
      } catch (error) {
        rejected.push({ entry, reason: messageOf(error) });
      }
    }
    return [...rejected, ...(await this.#insert(pending))];
  }

  async last(devEui: string, limit: number): Promise<StoredUplink[]> {
    await this.#connect();
    const documents = await this.#messages
      .find({ device: deviceKey(devEui) }, { maxTimeMS: 5_000 })
      .sort({ _id: -1 })
      .limit(limit)
      .toArray()
      .catch((error: unknown) => {
        throw unavailable(error);
      });
    return documents.map(toStoredUplink);
  }

  async ready(): Promise<void> {
    await this.#connect();
    try {
      await this.#client.db('admin').command({ ping: 1 });
    } catch (error) {
      throw unavailable(error);
    }
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  /**
   * A client whose very first try failed is closed for good unless it is told to connect again; told so while it is
   * connected, it does nothing.
   */
  async #connect(): Promise<void> {
    try {
      await this.#client.connect();
    } catch (error) {
      throw unavailable(error);
    }
  }

  /**
   * Some refusals name no document and concern the whole batch, so the culprit is found by halving.
   * @returns those that MongoDB will never take
   */
  async #insert(pending: readonly Pending[]): Promise<Rejected[]> {
    const [first] = pending;
    if (!first) return [];
    const operations = pending.map(({ document }) => ({ insertOne: { document } }));
    try {
      await this.#messages.bulkWrite(operations, { ordered: false, writeConcern: { w: 'majority' } });
      return [];
    } catch (error) {
      if (error instanceof MongoBulkWriteError) {
        return refusedOf(error, pending.length).map(({ index, reason }) => ({
          entry: (pending[index] ?? first).entry,
          reason,
        }));
      }
      if (!isRefusal(error)) throw unavailable(error);
      if (pending.length === 1) return [{ entry: first.entry, reason: messageOf(error) }];
      const middle = Math.ceil(pending.length / 2);
      const left = await this.#insert(pending.slice(0, middle));
      return [...left, ...(await this.#insert(pending.slice(middle)))];
    }
  }

  /** Indexes are made before the first write, and again after a failure: creating one that exists changes nothing. */
  async #prepare(): Promise<void> {
    await this.#connect();
    this.#prepared ??= this.#createIndexes();
    try {
      await this.#prepared;
    } catch (error) {
      this.#prepared = undefined;
      throw unavailable(error);
    }
  }

  async #createIndexes(): Promise<void> {
    await this.#messages.createIndex({ device: 1, _id: -1 }, { name: 'device_newest' });
    const [name, expireAfterSeconds] = ['ttl', this.#ttlSeconds];
    try {
      await this.#messages.createIndex({ timestamp: 1 }, { name, expireAfterSeconds });
    } catch (error) {
      if (!(error instanceof MongoServerError) || error.code !== indexOptionsConflict) throw error;
      // MESSAGE_TTL_DAYS is another than at the last start.
      const database = this.#client.db(this.#messages.dbName);
      await database.command({ collMod: 'messages', index: { name, expireAfterSeconds } });
    }
  }
}
