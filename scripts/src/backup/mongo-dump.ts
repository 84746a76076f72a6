import { Readable } from 'node:stream';
import { BSON, type Collection, type Db, type Document } from 'mongodb';
import { type EntryWriter, own } from './entry-writer.js';

/** Bytes of documents that one file holds at least, unless it is the last one; a document has 16 MiB at most. */
const fileBytes = 4_194_304;

/** Documents that the server sends at once. */
const batchSize = 500;

/** What a collection is besides its documents, as `collection.json` says in extended JSON. */
export interface CollectionDescription {
  readonly name: string;
  readonly documents: number;
  /** As `create` takes them. */
  readonly options: Document;
  /** As `createIndexes` takes them; that of `_id` is not among them. */
  readonly indexes: readonly Document[];
}

export const descriptionFile = 'collection.json';

/** A name of any characters as one of a folder. */
export const folderOf = (collection: string) => encodeURIComponent(collection).replaceAll('.', '%2E');

export interface Dumped {
  readonly documents: number;
  /** Views and time series, which are left out. */
  readonly leftOut: readonly string[];
}

/** Adds every collection of a database: its documents as BSON, as they are stored, and its indexes. */
export async function dumpDatabase(archive: EntryWriter, database: Db, signal: AbortSignal): Promise<Dumped> {
  const found = await database.listCollections().toArray();
  const listed = found.filter(({ name }) => !name.startsWith('system.') && !isScratch(name));
  const collections = listed.filter(({ type }) => type === 'collection');
  await archive.addFolder('mongodb', { ...own(), mode: 0o700 });
  let documents = 0;
  for (const { name, options = {} } of collections.sort(byName) as (Document & { name: string })[]) {
    const folder = `mongodb/${folderOf(name)}`;
    await archive.addFolder(folder, { ...own(), mode: 0o700 });
    const collection = database.collection(name);
    const count = await dumpDocuments(archive, collection, folder, signal);
    const indexes = await indexesOf(collection);
    const description = { name, documents: count, options, indexes } satisfies CollectionDescription;
    const text = BSON.EJSON.stringify(description, undefined, 2, { relaxed: false });
    await archive.addContent(`${folder}/${descriptionFile}`, Buffer.from(`${text}\n`));
    documents += count;
  }
  const leftOut = listed.filter(({ type }) => type !== 'collection').map(({ name }) => name);
  return { documents, leftOut: leftOut.sort() };
}

/** What a restore that was killed may leave behind. */
export const scratchPrefix = 'hermes_restore_';
const isScratch = (name: string) => name.startsWith(scratchPrefix);

async function dumpDocuments(
  archive: EntryWriter,
  collection: Collection,
  folder: string,
  signal: AbortSignal,
): Promise<number> {
  // As bytes: a double stays a double, and a long a long.
  const cursor = collection.find({}, { raw: true, batchSize, signal });
  let waiting: Buffer[] = [];
  let bytes = 0;
  let files = 0;
  let documents = 0;
  const flush = async () => {
    const name = `${folder}/${String(files).padStart(6, '0')}.bson`;
    await archive.addFile(name, own(), bytes, Readable.from(waiting, { objectMode: false }));
    files += 1;
    waiting = [];
    bytes = 0;
  };
  for await (const document of cursor as AsyncIterable<unknown> as AsyncIterable<Buffer>) {
    waiting.push(document);
    bytes += document.length;
    documents += 1;
    if (bytes >= fileBytes) await flush();
  }
  if (bytes > 0) await flush();
  return documents;
}

async function indexesOf(collection: Collection): Promise<Document[]> {
  const all = (await collection.listIndexes().toArray()) as Document[];
  return all
    .filter(({ name }) => name !== '_id_')
    .map(({ v: _version, ns: _namespace, ...index }) => index)
    .sort(byName as (a: Document, b: Document) => number);
}

const byName = (a: { name?: string }, b: { name?: string }) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1);
