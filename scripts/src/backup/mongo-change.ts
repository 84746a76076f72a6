import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BSON, type Collection, type Db, type Document, type IndexDescription } from 'mongodb';
import { HermesError } from '../../../app/src/errors.js';
import type { Change } from './change.js';
import { type CollectionDescription, descriptionFile, scratchPrefix } from './mongo-dump.js';

/** Documents of one write. */
const batchSize = 1_000;

interface Loaded {
  readonly name: string;
  readonly incoming: string;
  /** Where what is there now waits. */
  readonly before: string;
}

/** Collections beside those that are there, filled and complete with their indexes; two renames put each in place. */
export class MongoChange implements Change {
  readonly #database: Db;
  readonly #loaded: Loaded[] = [];
  readonly #done: { from: string; to: string }[] = [];

  private constructor(database: Db) {
    this.#database = database;
  }

  /** @param staged folder of the part as it was unpacked. @param id that no other restore has */
  static async prepare(database: Db, staged: string, id: string, signal: AbortSignal): Promise<MongoChange> {
    const change = new MongoChange(database);
    try {
      for (const folder of (await readdir(staged)).sort())
        await change.#load(join(staged, folder), id, signal);
    } catch (error) {
      await change.discard();
      throw error;
    }
    return change;
  }

  async swap(): Promise<void> {
    const there = await namesIn(this.#database);
    for (const { name, incoming, before } of this.#loaded) {
      if (there.has(name)) await this.#rename(name, before);
      await this.#rename(incoming, name);
    }
  }

  async undo(): Promise<void> {
    try {
      for (let last = this.#done.pop(); last; last = this.#done.pop())
        await this.#database.renameCollection(last.to, last.from);
    } catch (cause) {
      const hint = `what was there is in the collections that begin with ${scratchPrefix}`;
      throw new HermesError('restore-half-undone', 'MongoDB could not be put back as it was', hint, {
        cause,
      });
    }
    await this.discard();
  }

  async discard(): Promise<void> {
    const there = await namesIn(this.#database);
    const scratch = this.#loaded.flatMap(({ incoming, before }) => [incoming, before]);
    for (const name of scratch.filter((one) => there.has(one))) await this.#database.dropCollection(name);
  }

  async #rename(from: string, to: string): Promise<void> {
    await this.#database.renameCollection(from, to);
    this.#done.push({ from, to });
  }

  async #load(folder: string, id: string, signal: AbortSignal): Promise<void> {
    const description = await readDescription(folder);
    const { name, documents, options, indexes } = description;
    const place = `${scratchPrefix}${id}_${this.#loaded.length}`;
    this.#loaded.push({ name, incoming: `${place}_new`, before: `${place}_before` });
    const collection = await this.#database.createCollection(`${place}_new`, options);
    for (const file of (await readdir(folder)).sort()) {
      signal.throwIfAborted();
      if (file !== descriptionFile)
        await insertAll(collection, await readFile(join(folder, file)), options.validator !== undefined);
    }
    const inserted = await collection.countDocuments();
    if (inserted !== documents) {
      const told = `MongoDB has ${inserted} documents of ${name}, and ${documents} were sent`;
      throw new HermesError('restore-incomplete', told, 'nothing was changed; see that its disk has room');
    }
    // After the count: an index may remove what has expired.
    if (indexes.length > 0) await collection.createIndexes(indexes as IndexDescription[]);
  }
}

export async function readDescription(folder: string): Promise<CollectionDescription> {
  const text = await readFile(join(folder, descriptionFile), 'utf8');
  return BSON.EJSON.parse(text, { relaxed: true }) as CollectionDescription;
}

/** The names of the collections of a database. */
export async function namesIn(database: Db): Promise<ReadonlySet<string>> {
  return new Set((await database.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name));
}

/** @param bypass what was there before a rule was made need not keep to it; it takes a right of its own */
async function insertAll(collection: Collection, content: Buffer, bypass: boolean): Promise<void> {
  let batch: Document[] = [];
  for (let at = 0; at < content.length; ) {
    const size = content.readInt32LE(at);
    // Each value keeps the type that it was stored with.
    const kept = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true };
    batch.push(BSON.deserialize(content.subarray(at, at + size), kept));
    at += size;
    if (batch.length === batchSize || at >= content.length) {
      await collection.insertMany(batch, {
        ordered: false,
        forceServerObjectId: true,
        ...(bypass && { bypassDocumentValidation: true }),
      });
      batch = [];
    }
  }
}
