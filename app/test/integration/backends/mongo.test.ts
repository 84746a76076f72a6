import { strict as assert } from 'node:assert';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { startMongod } from '../../helpers/servers/mongod.js';
import { startRedis } from '../../helpers/servers/redis.js';
import type { ServerProcess } from '../../helpers/servers/server-process.js';
import { type RunningService, startService } from '../../helpers/service.js';
import { until } from '../../helpers/wait.js';

const uplink = (devEui: string, more: object = {}) => ({
  tenant_id: 't1',
  dev_eui: devEui,
  payload: {},
  ...more,
});

describe('history in MongoDB', function () {
  this.timeout(120_000);
  let redisServer: ServerProcess;
  let mongod: ServerProcess;
  let redis: Redis;
  let mongo: MongoClient;
  let one: RunningService;
  let other: RunningService;
  const start = (more: Record<string, string> = {}) =>
    startService({ BUS_URL: redisServer.url, MONGO_URI: mongod.url, ...more });
  before(async () => {
    [redisServer, mongod] = await Promise.all([startRedis(), startMongod()]);
    redis = new Redis(redisServer.url);
    mongo = await new MongoClient(mongod.url).connect();
    [one, other] = await Promise.all([start(), start()]);
  });
  after(async () => {
    await Promise.all([one.stop(), other.stop()]);
    await mongo.close();
    redis.disconnect();
    await Promise.all([redisServer.stop(), mongod.stop()]);
  });
  const messages = () => mongo.db('hermes').collection('messages');
  const last = async (service: RunningService, devEui: string) =>
    (await service.get(`/messages/last?dev_eui=${devEui}&limit=50`)).json;

  it('has at any instance what was published at another, newest first', async () => {
    const first = await one.post('/messages', uplink('D-History', { f_cnt: 0 }));
    const second = await other.post('/messages', uplink('d-history', { f_cnt: 1 }));
    const found = await last(other, 'd-HISTORY');
    assert.deepEqual(
      found.map((item: Record<string, unknown>) => [item._id, item.id, item.f_cnt, item.dev_eui]),
      [
        [second.json.insert_id, second.json.id, 1, 'd-history'],
        [first.json.insert_id, first.json.id, 0, 'D-History'],
      ],
    );
    assert.match(found[0].timestamp, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.equal(found[0].timestamp, found[0].received_at);
    assert.equal('device' in found[0], false);
    assert.deepEqual(await last(one, 'unheard-of'), []);
  });

  it('answers /messages/last from the index alone, without sorting', async () => {
    await one.post(
      '/messages',
      Array.from({ length: 300 }, (_, f_cnt) => uplink(`d-index-${f_cnt % 3}`, { f_cnt })),
    );
    const id = await one.publish(uplink('d-index-0'));
    await until(
      async () => (await last(one, 'd-index-0'))[0]?.id === id,
      () => 'the last one',
    );
    await mongo.db('hermes').command({ profile: 2 });
    assert.equal((await one.get('/messages/last?dev_eui=d-index-0&limit=5')).json.length, 5);
    await mongo.db('hermes').command({ profile: 0 });
    const [profile] = await mongo
      .db('hermes')
      .collection('system.profile')
      .find({ op: 'query', ns: 'hermes.messages' })
      .toArray();
    assert.deepEqual(
      [profile?.planSummary, profile?.keysExamined, profile?.docsExamined, profile?.hasSortStage],
      ['IXSCAN { device: 1, _id: -1 }', 5, 5, undefined],
    );
  });

  it('lets go of messages after MESSAGE_TTL_DAYS, also when that changes', async () => {
    const lifetime = async () =>
      (await messages().indexes()).find(({ name }) => name === 'ttl')?.expireAfterSeconds;
    assert.equal(await lifetime(), 90 * 86_400);
    const third = await start({ MESSAGE_TTL_DAYS: '7' });
    await until(
      async () => {
        await third.publish(uplink('d-ttl'));
        return (await lifetime()) === 7 * 86_400;
      },
      () => 'the new lifetime',
    );
    const id = await third.publish(uplink('d-ttl'));
    assert.equal((await last(third, 'd-ttl'))[0].id, id);
    await third.stop();
  });

  it('keeps what was delivered twice once, and as it was', async () => {
    const id = await one.publish(uplink('d-twice', { f_cnt: 1 }));
    await until(
      async () => (await last(one, 'd-twice')).length === 1,
      () => 'it in the history',
    );
    const before = await messages().findOne({ id });
    await redis.xgroup('SETID', '{hermes}:bus', 'store', '0');
    const later = await one.publish(uplink('d-twice', { f_cnt: 2 }));
    await until(
      async () => (await last(one, 'd-twice')).length > 1,
      () => 'the later one',
    );
    assert.deepEqual(
      (await last(one, 'd-twice')).map((item: { id: string }) => item.id),
      [later, id],
    );
    assert.deepEqual(await messages().findOne({ id }), before);
    assert.equal(await redis.xlen('{hermes}:dead'), 0);
  });

  it('waits in the stream while MongoDB is away, untrimmed, and is written when it is back', async () => {
    const brief = await start({ BUS_PREFIX: 'brief', BUS_RETENTION: '100' });
    await brief.publish(uplink('d-backlog'));
    await mongod.kill();
    const sent: string[] = [];
    for (let count = 0; count < 300; count += 1) sent.push(await brief.publish(uplink('d-backlog')));
    assert.equal((await brief.get('/health/ready', {})).status, 503);
    const history = await brief.get('/messages/last?dev_eui=d-backlog');
    assert.deepEqual([history.status, history.headers['retry-after']], [503, '5']);
    assert.match(history.json.detail, /^MongoDB is away: /);
    assert.ok((await redis.xlen('{brief}:bus')) >= 300);
    await mongod.start();
    await until(
      async () => (await messages().countDocuments({ device: 'd-backlog' })) === 301,
      () => 'all of them',
      20_000,
    );
    const stored = await messages().find({ device: 'd-backlog' }).sort({ _id: 1 }).toArray();
    assert.deepEqual(
      stored.slice(1).map(({ id }) => id),
      sent,
    );
    await until(
      async () => (await redis.xlen('{brief}:bus')) <= 100,
      () => 'the trimmed stream',
    );
    assert.equal((await brief.get('/health/ready', {})).status, 200);
    await brief.stop();
  });

  it('does not keep a stopping instance while it hangs, and the batch in work waits for another instance', async () => {
    const hung = await start({ BUS_PREFIX: 'hung' });
    await hung.publish(uplink('d-hung'));
    await until(
      async () => (await last(hung, 'd-hung')).length === 1,
      () => 'the first',
    );
    mongod.pause();
    await hung.publish(uplink('d-hung'));
    const pending = async () => ((await redis.xpending('{hung}:bus', 'store')) as number[])[0];
    await until(
      async () => (await pending()) === 1,
      () => 'a batch in work',
    );
    const started = Date.now();
    await hung.stop();
    mongod.resume();
    assert.ok(Date.now() - started < 12_000, `${Date.now() - started} ms`);
    assert.equal(await pending(), 1);
  });
});
