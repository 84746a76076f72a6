import { strict as assert } from 'node:assert';
import { Redis } from 'ioredis';
import { startRedis } from '../../helpers/servers/redis.js';
import type { ServerProcess } from '../../helpers/servers/server-process.js';
import { newFolder, type RunningService, startService } from '../../helpers/service.js';
import { until } from '../../helpers/wait.js';

const ids = (frames: readonly Record<string, unknown>[]) => frames.map(({ id }) => id);

describe('two instances on one Redis', () => {
  let server: ServerProcess;
  let redis: Redis;
  let one: RunningService;
  let other: RunningService;
  before(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
    [one, other] = await Promise.all([
      startService({ BUS_URL: server.url }),
      startService({ BUS_URL: server.url }),
    ]);
  });
  after(async () => {
    await Promise.all([one.stop(), other.stop()]);
    redis.disconnect();
    await server.stop();
  });

  it('answer 202 with an id of the stream, which has the entry by then', async () => {
    const id = await one.publish({ dev_eui: 'd-stream' });
    const [newest] = await redis.xrevrange('{hermes}:bus', '+', '-', 'COUNT', 1);
    const [ms, sequence] = newest?.[0].split('-') ?? [];
    assert.equal(id, `${ms}-${sequence?.padStart(6, '0')}`);
    assert.match(newest?.[1].join() ?? '', /d-stream/);
  });

  it('deliver what either takes to the sockets of both, once', async () => {
    const clients = await Promise.all([one.open('/ws'), other.open('/ws')]);
    const sent = [await one.publish(), await other.publish(), await one.publish()];
    for (const client of clients) {
      assert.deepEqual(ids(await client.take(sent.length)), sent);
      assert.deepEqual(await client.settled(), []);
      await client.end();
    }
  });

  it('know a deduplicationId that the other took', async () => {
    const uplink = { tenant_id: 't1', dev_eui: 'd1', payload: {}, deduplicationId: 'across instances' };
    const first = await one.post('/messages', uplink);
    const again = await other.post('/messages', uplink);
    assert.deepEqual([first.status, again.status, again.json], [202, 200, first.json]);
  });

  it('replay from the one what was seen at the other', async () => {
    const since = await one.publish();
    const missed = [await one.publish(), await other.publish()];
    const client = await other.open(`/ws/tenant/t1?since=${since}`);
    const live = await one.publish();
    assert.deepEqual(ids(await client.take(3)), [...missed, live]);
    assert.deepEqual(await client.settled(), []);
    await client.end();
  });

  it('have the whole history each, also what came while one of them was away', async () => {
    const dataDir = newFolder();
    const away = await startService({ BUS_URL: server.url, DATA_DIR: dataDir });
    const sent = [await one.publish({ dev_eui: 'd-each' })];
    assert.equal((await away.get('/messages/last?dev_eui=d-each')).json.length, 1);
    await away.stop();
    sent.push(await other.publish({ dev_eui: 'd-each' }));
    const back = await startService({ BUS_URL: server.url, DATA_DIR: dataDir });
    sent.push(await back.publish({ dev_eui: 'd-each' }));
    for (const each of [one, other, back]) {
      assert.deepEqual(ids((await each.get('/messages/last?dev_eui=d-each')).json), sent.toReversed());
    }
    await back.stop();
  });

  it('take many messages at once, in their order', async () => {
    const client = await other.open('/ws');
    const uplinks = Array.from({ length: 2_000 }, (_, f_cnt) => ({
      tenant_id: 't1',
      dev_eui: 'd1',
      payload: {},
      f_cnt,
    }));
    assert.equal((await one.post('/messages', uplinks)).json.accepted, uplinks.length);
    const frames = await client.take(uplinks.length);
    assert.deepEqual(
      frames.map(({ f_cnt }) => f_cnt),
      uplinks.map(({ f_cnt }) => f_cnt),
    );
    await client.end();
  });

  it('publish on after Redis has forgotten its scripts', async () => {
    await redis.script('FLUSH');
    await one.publish();
    await other.publish({ deduplicationId: 'after the flush' });
  });

  it('keep installations apart by BUS_PREFIX', async () => {
    const foreign = await startService({ BUS_URL: server.url, BUS_PREFIX: 'foreign' });
    const client = await foreign.open('/ws');
    await one.publish();
    const id = await foreign.publish();
    assert.deepEqual(ids(await client.settled()), [id]);
    await client.end();
    await foreign.stop();
  });
});

describe('the bus on Redis', () => {
  it('is bounded by BUS_RETENTION, however fast messages come, and tells what is gone', async () => {
    const server = await startRedis();
    const redis = new Redis(server.url);
    const service = await startService({ BUS_URL: server.url, BUS_RETENTION: '100' });
    const uplinks = Array.from({ length: 3_000 }, () => ({ tenant_id: 't1', dev_eui: 'd1', payload: {} }));
    const first = await service.publish();
    await service.post('/messages', uplinks);
    await service.post('/messages', uplinks);
    await until(
      async () => (await redis.xlen('{hermes}:bus')) <= 100,
      () => 'a stream of 100 entries',
      4_000,
    );
    const client = await service.open(`/ws?since=${first}`);
    const [gap, ...kept] = await client.take(101);
    assert.deepEqual([gap?.type, gap?.oldest], ['gap', kept[0]?.id]);
    await client.end();
    await service.stop();
    redis.disconnect();
    await server.stop();
  });

  it('refuses a wrong password in words that name it', async () => {
    const server = await startRedis({ args: ['--requirepass', 'right'] });
    const service = await startService({ BUS_URL: server.url.replace('//', '//:wrong@') });
    const ready = await service.get('/health/ready', {});
    assert.equal(ready.status, 503);
    assert.match(ready.json.parts.bus, /password|WRONGPASS/);
    const published = await service.post('/messages', { tenant_id: 't1', dev_eui: 'd1', payload: {} });
    assert.deepEqual([published.status, published.headers['retry-after']], [503, '5']);
    assert.match(published.json.detail, /password|WRONGPASS/);
    assert.doesNotMatch(published.text + ready.text, /wrong@/);
    await service.stop();
    await server.stop();
  });

  it('takes the right password, from REDIS_PASSWORD too', async () => {
    const server = await startRedis({ args: ['--requirepass', 'p@ss/wörd%'] });
    const service = await startService({
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: String(server.port),
      REDIS_PASSWORD: 'p@ss/wörd%',
    });
    await service.publish();
    await service.stop();
    await server.stop();
  });
});
