import { strict as assert } from 'node:assert';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { startMongod } from '../../helpers/servers/mongod.js';
import { startRedis } from '../../helpers/servers/redis.js';
import type { ServerProcess } from '../../helpers/servers/server-process.js';
import { type RunningService, startService } from '../../helpers/service.js';
import { until } from '../../helpers/wait.js';

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** What a publisher can send and MongoDB refuses. */
const payloads: Readonly<Record<string, object>> = {
  'a key with a null character': { 'a\u0000b': 1 },
  'a payload that looks like a BSON type': { _bsontype: 'ObjectId', id: 1 },
};

/** What can be in the stream besides. */
const bodies: Readonly<Record<string, string>> = {
  'a document over 16 MB': `{"dev_eui":"d1","received_at":"2026-01-01T00:00:00Z","payload":{"a":"${'x'.repeat(17 * 2 ** 20)}"}}`,
  'a body that is not JSON': '{"dev_eui":"d1",',
  'a body without a time': '{"dev_eui":"d1"}',
  'a body without a device': '{"received_at":"2026-01-01T00:00:00Z"}',
};

describe('a message that MongoDB refuses', function () {
  this.timeout(120_000);
  let redisServer: ServerProcess;
  let mongod: ServerProcess;
  let redis: Redis;
  let service: RunningService;
  before(async () => {
    [redisServer, mongod] = await Promise.all([startRedis(), startMongod()]);
    redis = new Redis(redisServer.url);
    service = await startService({ BUS_URL: redisServer.url, MONGO_URI: mongod.url });
  });
  after(async () => {
    await service.stop();
    redis.disconnect();
    await Promise.all([redisServer.stop(), mongod.stop()]);
  });

  async function isSetAside(publish: () => Promise<unknown>): Promise<void> {
    const dead = await redis.xlen('{hermes}:dead');
    const counted = await service.metric('hermes_dead_letters_total');
    const before = await service.publish({ dev_eui: 'd-good' });
    await publish();
    const after = await service.publish({ dev_eui: 'd-good' });
    await until(
      async () => {
        const { json } = await service.get('/messages/last?dev_eui=d-good&limit=2');
        return json[0]?.id === after && json[1]?.id === before;
      },
      () => 'its neighbours in the history',
    );
    await until(
      async () => (await redis.xlen('{hermes}:dead')) === dead + 1,
      () => 'one dead letter',
    );
    const [letter] = await redis.xrevrange('{hermes}:dead', '+', '-', 'COUNT', 1);
    const [, id, , group, , reason, , body] = letter?.[1] ?? [];
    assert.ok(id && id > before && id < after);
    assert.equal(group, 'store');
    assert.match(reason ?? '', /\w+ \w+/);
    assert.ok(body);
    await until(
      async () => (await service.metric('hermes_dead_letters_total')) === counted + 1,
      () => 'its count',
    );
    const pending = (await redis.xpending('{hermes}:bus', 'store')) as unknown[];
    assert.equal(pending[0], 0);
  }

  for (const [name, payload] of Object.entries(payloads)) {
    it(`${name}: is a dead letter, and the others are stored`, () =>
      isSetAside(() => service.publish({ dev_eui: 'd1', payload })));
  }
  for (const [name, body] of Object.entries(bodies)) {
    it(`${name}: is a dead letter, and the others are stored`, () =>
      isSetAside(() =>
        redis.xadd('{hermes}:bus', '*', 'kind', 'uplink', 'tenant', 't1', 'device', 'd1', 'body', body),
      ));
  }

  it('by its schema is a dead letter, and the others are stored', async () => {
    const mongo = await new MongoClient(mongod.url).connect();
    const validator = { tenant_id: { $ne: 'unwanted' } };
    await mongo.db('hermes').command({ collMod: 'messages', validator });
    await mongo.close();
    await isSetAside(() => service.publish({ tenant_id: 'unwanted', dev_eui: 'd-unwanted' }));
  });

  it('is none when it only looks odd', async () => {
    const payload = {
      $set: { a: 1 },
      'a.b': '\ud800',
      '': null,
      $where: 'x',
      toBSON: 1,
      n: 1e308,
      deep: JSON.parse(nested(60)),
    };
    const id = await service.publish({ dev_eui: 'd-odd', payload });
    await until(
      async () => (await service.get('/messages/last?dev_eui=d-odd')).json[0]?.id === id,
      () => 'it in the history',
    );
  });
});
