import { strict as assert } from 'node:assert';
import { Redis } from 'ioredis';
import type { TestClient } from '../../helpers/client.js';
import { type RedisCluster, startRedisCluster } from '../../helpers/servers/redis-cluster.js';
import { startWatchedRedis, type WatchedRedis } from '../../helpers/servers/redis-sentinel.js';
import { type RunningService, startService } from '../../helpers/service.js';
import { until } from '../../helpers/wait.js';

const ids = (frames: readonly Record<string, unknown>[]) => frames.map(({ id }) => id);
const uplink = { tenant_id: 't1', dev_eui: 'd1', payload: {} };

/** Milliseconds for a fail-over or a restart with all that follows. */
const patience = 60_000;

const ready = (service: RunningService) =>
  until(
    async () => (await service.get('/health/ready', {})).status === 200,
    () => 'a service that is ready',
    patience,
  );

/** What holds on one Redis holds here: publish, deliver, know again, keep as history, resume. */
async function carriesTheBus(one: RunningService, other: RunningService): Promise<void> {
  const clients = await Promise.all([one.open('/ws'), other.open('/ws/tenant/t1')]);
  const sent = [await one.publish(), await other.publish(), await one.publish()];
  for (const client of clients) assert.deepEqual(ids(await client.take(3)), sent);
  const many = Array.from({ length: 500 }, (_, f_cnt) => ({
    ...uplink,
    f_cnt,
    deduplicationId: `many ${f_cnt}`,
  }));
  assert.equal((await one.post('/messages', many)).json.accepted, 500);
  assert.equal((await other.post('/messages', many)).json.duplicates, 500);
  for (const client of clients) {
    await client.take(500);
    assert.deepEqual(await client.settled(), []);
    await client.end();
  }
  const resumed = await other.open(`/ws?since=${sent[0]}`);
  assert.deepEqual(ids(await resumed.take(502)).slice(0, 2), sent.slice(1));
  await resumed.end();
  const id = await one.publish({ dev_eui: 'd-last' });
  for (const each of [one, other]) {
    assert.equal((await each.get('/messages/last?dev_eui=d-last')).json[0].id, id);
  }
}

let messages = 0;

/** Publishes one after another, each again until it is taken, until told to end. */
function publishing(service: RunningService) {
  const accepted: string[] = [];
  let ended = false;
  const finished = (async () => {
    for (; !ended; messages += 1) {
      for (let taken = false; !taken; ) {
        const answer = await service.post('/messages', { ...uplink, deduplicationId: `steady ${messages}` });
        taken = answer.status === 202 || answer.status === 200;
        if (taken) accepted.push(answer.json.id);
        else await ready(service);
      }
    }
  })();
  return {
    accepted,
    end: async () => {
      ended = true;
      await finished;
    },
  };
}

/** The client has got exactly what was accepted, in order, over the one connection. */
async function hasAll(client: TestClient, accepted: readonly string[]): Promise<void> {
  assert.deepEqual(ids(await client.take(accepted.length)), accepted);
  assert.deepEqual(await client.settled(), []);
  assert.equal(client.socket.readyState, client.socket.OPEN);
}

describe('a bus on a Redis that Sentinels watch', function () {
  this.timeout(2 * patience);
  let redis: WatchedRedis;
  let one: RunningService;
  let other: RunningService;
  before(async () => {
    redis = await startWatchedRedis();
    [one, other] = await Promise.all([
      startService({ BUS_URL: redis.url }),
      startService({ BUS_URL: redis.url }),
    ]);
  });
  after(async () => {
    await Promise.all([one?.stop(), other?.stop()]);
    await redis?.stop();
  });

  it('carries it', () => carriesTheBus(one, other));

  for (const [how, from] of [
    ['dies', 'master'],
    ['hangs', 'replica'],
  ] as const) {
    it(`goes on at the new master when the ${from} of the start, which is master now, ${how}`, async () => {
      const [old, next] = from === 'master' ? [redis.master, redis.replica] : [redis.replica, redis.master];
      const client = await other.open('/ws');
      const steady = publishing(one);
      await until(
        () => steady.accepted.length >= 50,
        () => '50 messages',
      );
      await steady.end();
      // Replication is asynchronous: what was accepted counts as kept once the replica has it.
      const master = new Redis(old.url);
      await master.wait(1, patience);
      master.disconnect();

      if (how === 'dies') await old.kill();
      else old.pause();
      const later = publishing(one);
      await until(
        () => later.accepted.length >= 50,
        () => `messages after the fail-over: ${redis.sentinel.output}`,
        patience,
      );
      await later.end();
      const promoted = new Redis(next.url);
      assert.equal((await promoted.role())[0], 'master');
      await hasAll(client, [...steady.accepted, ...later.accepted]);
      await client.end();

      if (how === 'dies') {
        await old.start();
        await until(
          async () => /slave0:.*state=online/.test(await promoted.info('replication')),
          () => 'the old master as a replica',
          patience,
        );
      } else {
        // For a moment it takes itself for the master; nobody may listen to it.
        old.resume();
        const client = await other.open('/ws');
        const id = await one.publish();
        assert.equal((await client.next()).id, id);
        await client.end();
      }
      promoted.disconnect();
    });
  }
});

describe('a bus on a Redis Cluster', function () {
  this.timeout(2 * patience);
  let redis: RedisCluster;
  let one: RunningService;
  let other: RunningService;
  before(async () => {
    redis = await startRedisCluster();
    [one, other] = await Promise.all([
      startService({ BUS_URL: redis.url }),
      startService({ BUS_URL: redis.url }),
    ]);
  });
  after(async () => {
    await Promise.all([one?.stop(), other?.stop()]);
    await redis?.stop();
  });

  it('carries it', () => carriesTheBus(one, other));

  it('is bounded by BUS_RETENTION', async () => {
    const brief = await startService({ BUS_URL: redis.url, BUS_RETENTION: '100', BUS_PREFIX: 'brief' });
    await brief.post(
      '/messages',
      Array.from({ length: 300 }, () => uplink),
    );
    const holder = new Redis((await redis.holderOf('{brief}:bus')).url);
    await until(
      async () => (await holder.xlen('{brief}:bus')) <= 100,
      () => 'a stream of 100 entries',
    );
    holder.disconnect();
    await brief.stop();
  });

  it('goes on when the node that holds the stream has died and come back', async () => {
    const client = await other.open('/ws');
    const steady = publishing(one);
    await until(
      () => steady.accepted.length >= 50,
      () => '50 messages',
    );
    const holder = await redis.holderOf('{hermes}:bus');
    await holder.kill();
    await until(
      async () => (await one.get('/health/ready', {})).status === 503,
      () => 'a service that noticed',
      patience,
    );
    await holder.start();
    const before = steady.accepted.length;
    await until(
      () => steady.accepted.length >= before + 50,
      () => 'messages after it',
      patience,
    );
    await steady.end();
    await hasAll(client, steady.accepted);
    await client.end();
  });

  it('names what is wrong when it is no Cluster', async () => {
    const alone = await startService({ BUS_URL: 'redis-cluster://127.0.0.1:1' });
    const { status, json } = await alone.get('/health/ready', {});
    assert.equal(status, 503);
    assert.match(json.parts.bus, /^Redis is away: /);
    await alone.stop();
  });
});
