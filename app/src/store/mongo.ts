import {
  type AnyBulkWriteOperation,
  type Collection,
  MongoBulkWriteError,
  MongoClient,
  ObjectId,
} from 'mongodb';
import type { Rejected } from '../bus/bus.js';
import { type Entry, frameOf } from '../domain/message.js';
import { documentId } from '../domain/message-id.js';
import { deviceKey } from '../domain/topic.js';
import { HermesError, messageOf } from '../errors.js';
import type { Store, StoredUplink } from './store.js';

export interface MongoStoreOptions {
  readonly uri: string;
  /** Used where the URI names no database. */
  readonly database: string;
  /** Days after which a message is removed. */
  readonly ttlDays: number;
}

interface UplinkDocument {
  readonly _id: ObjectId;
  readonly id: string;
  /** Lower-case DevEUI, for the index. */
  readonly device: string;
  readonly timestamp: Date;
  readonly [field: string]: unknown;
}

const duplicateKey = 11_000;
const secondsPerDay = 86_400;

/** History in MongoDB 6 or later, in the collection `messages`. */
export class MongoStore implements Store {
  readonly #client: MongoClient;
  readonly #messages: Collection<UplinkDocument>;
  readonly #ttlSeconds: number;
  #prepared: Promise<unknown> | undefined;

  constructor({ uri, database, ttlDays }: MongoStoreOptions) {
    this.#client = new MongoClient(uri, { serverSelectionTimeoutMS: 3_000, appName: 'monitor-hermes' });
    const named = new URL(uri.replace(/^mongodb(\+srv)?:\/\/[^/]*/, 'http://host')).pathname.slice(1);
    this.#messages = this.#client.db(named || database).collection('messages');
    this.#ttlSeconds = ttlDays * secondsPerDay;
  }

  async write(entries: readonly Entry[]): Promise<readonly Rejected[]> {
    await this.#prepare();
    const uplinks = entries.filter(({ message }) => message.kind === 'uplink');
    if (uplinks.length === 0) return [];
    const operations = uplinks.map(
      (entry): AnyBulkWriteOperation<UplinkDocument> => ({ insertOne: { document: toDocument(entry) } }),
    );
    try {
      await this.#messages.bulkWrite(operations, { ordered: false, writeConcern: { w: 'majority' } });
      return [];
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError)) throw unavailable(error);
      return refused(error, uplinks);
    }
  }

  async last(devEui: string, limit: number): Promise<StoredUplink[]> {
    const documents = await this.#messages
      .find({ device: deviceKey(devEui) }, { maxTimeMS: 5_000 })
      .sort({ _id: -1 })
      .limit(limit)
      .toArray()
      .catch((error: unknown) => {
        throw unavailable(error);
      });
    return documents.map(({ _id, device: _device, timestamp, ...frame }) => ({
      ...(frame as unknown as StoredUplink),
      _id: _id.toHexString(),
      timestamp: timestamp.toISOString(),
    }));
  }

  async ready(): Promise<void> {
    try {
      await this.#client.db('admin').command({ ping: 1 });
    } catch (error) {
      throw unavailable(error);
    }
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  /** Indexes are made before the first write, and again after a failure: creating one that exists changes nothing. */
  async #prepare(): Promise<void> {
    this.#prepared ??= this.#messages.createIndexes([
      { key: { device: 1, _id: -1 }, name: 'device_newest' },
      { key: { timestamp: 1 }, name: 'ttl', expireAfterSeconds: this.#ttlSeconds },
    ]);
    try {
      await this.#prepared;
    } catch (error) {
      this.#prepared = undefined;
      throw unavailable(error);
    }
  }
}

/** `_id` follows from the entry's id, so writing an entry again is a duplicate and changes nothing. */
function toDocument(entry: Entry): UplinkDocument {
  const frame = JSON.parse(frameOf(entry));
  return {
    ...frame,
    _id: new ObjectId(documentId(entry.id)),
    device: deviceKey(frame.dev_eui),
    timestamp: new Date(frame.received_at),
  };
}

/** What MongoDB will never take: everything it refused but duplicates. */
function refused(error: MongoBulkWriteError, uplinks: readonly Entry[]): Rejected[] {
  const faults = [error.writeErrors].flat();
  if (faults.length === 0) throw unavailable(error);
  return faults
    .filter(({ code }) => code !== duplicateKey)
    .flatMap(({ index, errmsg }) => {
      const entry = uplinks[index];
      return entry ? [{ entry, reason: errmsg ?? 'refused by MongoDB' }] : [];
    });
}

function unavailable(error: unknown): HermesError {
  return new HermesError('store-unavailable', `MongoDB is away: ${messageOf(error)}`, 'try again later');
}
