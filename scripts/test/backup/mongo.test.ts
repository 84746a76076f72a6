import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BSON, Decimal128, Double, Long, MongoClient, ObjectId } from 'mongodb';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { startMongod } from '../../src/servers/mongod.js';
import type { ServerProcess } from '../../src/servers/server-process.js';
import { build } from '../commands/helpers/build.js';
import { assertFault } from '../commands/helpers/fault.js';
import { removeScratches, type Scratch, scratch } from '../commands/helpers/scratch.js';

const many = 100_000;

/**
 * KiB that a backup of many documents may take above one of few: what the garbage collector leaves until it runs. The
 * documents alone are 200 MB, and twice as many took no more (measured).
 */
const flat = 153_600;

describe('hermes backup and restore of MongoDB', function () {
  this.timeout(600_000);
  let mongod: ServerProcess;
  let client: MongoClient;
  let one: Scratch;

  before(async () => {
    await build();
    mongod = await startMongod();
    client = await new MongoClient(mongod.url).connect();
    one = await scratch();
    writeFileSync(one.at('.env'), 'JWT_SECRET_KEY=0123456789abcdef0123456789abcdef\n', { mode: 0o600 });
  });
  after(async () => {
    await client?.close();
    await mongod?.stop();
    await removeScratches();
  });

  const uri = (database: string) => `MONGO_URI=${mongod.url}/${database}`;
  /** Every document by its bytes, and every index by its definition, in an order that does not depend on the server. */
  const contentOf = async (database: string, name: string) => {
    const collection = client.db(database).collection(name);
    const documents: string[] = [];
    for await (const bytes of collection.find({}, { raw: true }) as unknown as AsyncIterable<Buffer>) {
      documents.push(bytes.toString('hex'));
    }
    const indexes = (await collection.listIndexes().toArray()).map((index) => BSON.EJSON.stringify(index));
    const [listed] = await client.db(database).listCollections({ name }).toArray();
    return {
      documents: documents.sort(),
      indexes: indexes.sort(),
      options: (listed as { options?: object }).options,
    };
  };
  const fill = async (database: string) => {
    const messages = client.db(database).collection('messages');
    await messages.createIndex({ device: 1, _id: -1 }, { name: 'device_newest' });
    await messages.createIndex({ timestamp: 1 }, { name: 'ttl', expireAfterSeconds: 7_776_000 });
    await messages.insertMany([
      {
        device: 'd1',
        timestamp: new Date(),
        double: new Double(1),
        long: Long.fromString('9007199254740993'),
      },
      {
        device: 'd2',
        timestamp: new Date(),
        decimal: Decimal128.fromString('1.10'),
        bytes: Buffer.from([1, 2]),
      },
      { device: 'd3', timestamp: new Date(), pattern: /a.c/i, nothing: null, nested: { list: [1, 'two'] } },
    ]);
    const ruled = await client
      .db(database)
      .createCollection('dotted.name/and more', { capped: true, size: 65_536 });
    await ruled.insertOne({ _id: new ObjectId(), old: true });
    await client
      .db(database)
      .command({ collMod: 'dotted.name/and more', validator: { fresh: { $exists: true } } });
  };
  const names = ['messages', 'dotted.name/and more'];
  const all = (database: string) => Promise.all(names.map((name) => contentOf(database, name)));
  const collections = async (database: string) =>
    (await client.db(database).listCollections().toArray()).map(({ name }) => name).sort();

  it('keeps each document with its types, each index, and what a collection is', async () => {
    await fill('kinds');
    const made = await one.hermes('backup', '--to', 'kinds.tar.gz', uri('kinds'));
    assert.equal(made.code, 0, made.all);
    assert.match(made.stderr, /settings, mongodb \(4 documents\)/);
    const fresh = await scratch();
    const run = await fresh.hermes('restore', '--from', one.at('kinds.tar.gz'), uri('copy'));
    assert.equal(run.code, 0, run.all);
    assert.deepEqual(await all('copy'), await all('kinds'));
    assert.deepEqual(await collections('copy'), [...names].sort());
  });

  it('replaces what is there only when told so, and leaves other collections alone', async () => {
    await client.db('copy').collection('messages').deleteOne({ device: 'd1' });
    await client.db('copy').collection('others').insertOne({ mine: true });
    const refused = await one.hermes('restore', '--from', 'kinds.tar.gz', uri('copy'));
    assertFault(refused, /^there is something already: .*2 documents in MongoDB’s copy\.messages/, /FORCE=1/);
    assert.equal(await client.db('copy').collection('messages').countDocuments(), 2);
    const forced = await one.hermes('restore', '--from', 'kinds.tar.gz', '--force', uri('copy'));
    assert.equal(forced.code, 0, forced.all);
    assert.deepEqual(await all('copy'), await all('kinds'));
    assert.deepEqual(await collections('copy'), [...names, 'others'].sort());
  });

  it('changes nothing where MongoDB does not take a part of it', async () => {
    // This user may do everything with one collection, and nothing with the other one; so may its restore.
    const before = await all('copy');
    const actions = [
      'find',
      'insert',
      'remove',
      'createCollection',
      'createIndex',
      'dropCollection',
      'listIndexes',
    ];
    const privileges = [
      {
        resource: { db: 'copy', collection: '' },
        actions: [...actions, 'listCollections', 'renameCollectionSameDB'],
      },
    ];
    await client.db('admin').command({ createRole: 'halfway', privileges, roles: [] });
    await client.db('admin').command({ createUser: 'halfway', pwd: 'halfway', roles: ['halfway'] });
    const guarded = await restartedWith('--auth');
    try {
      const user = `MONGO_URI=mongodb://halfway:halfway@127.0.0.1:${guarded.port}/copy?authSource=admin`;
      const run = await one.hermes('restore', '--from', 'kinds.tar.gz', '--force', user);
      assertFault(run, /^MongoDB: not authorized/, /readWrite/);
    } finally {
      await restartedWith();
    }
    assert.deepEqual(await all('copy'), before);
    assert.deepEqual(await collections('copy'), [...names, 'others'].sort());
  });

  it('says that MongoDB is away, or was not named', async () => {
    const away = await one.hermes('backup', '--to', 'away.tar.gz', 'MONGO_URI=mongodb://127.0.0.1:1/x');
    assertFault(away, /^MongoDB at 127\.0\.0\.1:1 cannot be used/, /MONGO_URI/);
    assert(!existsSync(one.at('away.tar.gz')));
    const unnamed = await one.hermes('restore', '--from', 'kinds.tar.gz', '--force');
    assertFault(unnamed, /^this backup holds data of MongoDB, and MONGO_URI is not set/, /MONGO_URI=/);
  });

  it(`needs no more memory for ${many} documents than for a few`, async () => {
    const messages = client.db('many').collection('messages');
    await messages.createIndex({ device: 1, _id: -1 }, { name: 'device_newest' });
    const few = await peak('kinds', 'few');
    for (let from = 0; from < many; from += 5_000) {
      const text = 'x'.repeat(2_000);
      await messages.insertMany(
        Array.from({ length: 5_000 }, (_, index) => ({ number: from + index, text })),
      );
    }
    const lots = await peak('many', 'lots');
    assert(lots.backup - few.backup < flat, `backup: ${few.backup} KiB, then ${lots.backup}`);
    assert(lots.restore - few.restore < flat, `restore: ${few.restore} KiB, then ${lots.restore}`);
    const copy = client.db('many_copy').collection('messages');
    assert.equal(await copy.countDocuments(), many);
    const [sum] = await copy.aggregate([{ $group: { _id: null, sum: { $sum: '$number' } } }]).toArray();
    assert.equal(sum?.sum, (many * (many - 1)) / 2);
  });

  const restartedWith = async (...args: string[]) => {
    await mongod.stop();
    mongod = await startMongod({ dir: mongod.dir, port: mongod.port, args });
    return mongod;
  };
  /** The most memory, in KiB, that a backup of a database has taken, and its restore into another one. */
  const peak = async (database: string, file: string) => ({
    backup: await memoryOf('backup', '--to', `${file}.tar.gz`, uri(database)),
    restore: await memoryOf('restore', '--from', `${file}.tar.gz`, '--force', uri(`${database}_copy`)),
  });
  const memoryOf = async (...words: string[]) => {
    const told = one.at('memory');
    const preload = join(projectRoot, 'scripts/test/backup/helpers/tell-memory.mjs');
    const command = [process.execPath, '--import', preload, join(projectRoot, 'scripts/hermes.js'), ...words];
    const run = await one.run(command, { TELL_MEMORY: told });
    assert.equal(run.code, 0, run.all);
    return Number(one.read('memory'));
  };
});
