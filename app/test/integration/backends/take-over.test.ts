import { strict as assert } from 'node:assert';
import { Redis } from 'ioredis';
import type { Consumer } from '../../../src/bus/bus.js';
import { RedisBus } from '../../../src/bus/redis/bus.js';
import { toStreamId } from '../../../src/bus/redis/entry.js';
import type { Entry } from '../../../src/domain/message.js';
import { parseRedisUrl } from '../../../src/redis/address.js';
import { startProcess } from '../../helpers/process.js';
import { startMongod } from '../../helpers/servers/mongod.js';
import { startRedis } from '../../helpers/servers/redis.js';
import type { ServerProcess } from '../../helpers/servers/server-process.js';
import { until } from '../../helpers/wait.js';

const [stream, group] = ['{hermes}:bus', 'store'];

describe('a consumer that died with a batch in work', function () {
  this.timeout(120_000);
  let server: ServerProcess;
  let mongod: ServerProcess;
  let redis: Redis;
  let bus: RedisBus;
  let consumer: Consumer;
  const taken: Entry[] = [];
  before(async () => {
    [server, mongod] = await Promise.all([startRedis(), startMongod()]);
    redis = new Redis(server.url);
  });
  after(async () => {
    await bus?.close();
    redis.disconnect();
    await Promise.all([server.stop(), mongod.stop()]);
  });

  const pending = async () => ((await redis.xpending(stream, group)) as number[])[0];
  const consumers = async () => ((await redis.xinfo('CONSUMERS', stream, group)) as unknown[]).length;

  it('leaves it to another, which passes by what is no longer there', async () => {
    const { app, target } = await startProcess({ BUS_URL: server.url, MONGO_URI: mongod.url });
    await target.publish();
    await until(
      async () => (await target.metric('hermes_messages_stored_total')) === 1,
      () => 'the first in the history',
    );
    mongod.pause();
    const sent = [await target.publish(), await target.publish(), await target.publish()];
    await until(
      async () => (await pending()) === 1,
      () => 'one that is in work',
    );
    await app.end('SIGKILL');
    mongod.resume();
    // Another that was given the rest, and has gone without a word; meanwhile one of them was deleted.
    await redis.xreadgroup('GROUP', group, 'gone', 'COUNT', 10, 'STREAMS', stream, '>');
    assert.equal(await pending(), 3);
    await redis.xdel(stream, toStreamId(sent[1] ?? ''));

    const address = parseRedisUrl(server.url);
    if (!address) return assert.fail('no address');
    bus = new RedisBus({
      address,
      prefix: 'hermes',
      retention: 1_000,
      dedupeWindow: 60_000,
      takeOverAfter: 500,
      forgetAfter: 500,
      onFault: (error) => assert.fail(String(error)),
    });
    await bus.connected(10_000);
    const handle = async (entries: readonly Entry[]) => {
      taken.push(...entries);
      return [];
    };
    consumer = bus.consume(group, handle, () => {});
    await until(
      async () => (await pending()) === 0,
      () => `nothing in work; taken: ${JSON.stringify(taken)}`,
    );
    assert.deepEqual(
      taken.map(({ id }) => id),
      [sent[0], sent[2]],
    );
  });

  it('is forgotten after a time', () =>
    until(
      async () => (await consumers()) === 1,
      () => 'the living consumer only',
    ));

  it('is not missed when Redis has lost everything: the group is made anew', async () => {
    await redis.flushall();
    taken.length = 0;
    const [receipt] = await bus.publish([{ kind: 'uplink', tenantId: 't1', devEui: 'd1', body: '{}' }]);
    await until(
      () => taken.length > 0,
      () => 'the message',
    );
    assert.equal(taken[0]?.id, receipt?.id);
  });

  it('leaves no name behind when it ends in good order', async () => {
    await consumer.stop();
    assert.equal(await consumers(), 0);
  });
});
