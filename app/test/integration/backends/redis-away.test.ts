import { strict as assert } from 'node:assert';
import { startRedis } from '../../helpers/servers/redis.js';
import type { ServerProcess } from '../../helpers/servers/server-process.js';
import { type RunningService, startService } from '../../helpers/service.js';
import { token } from '../../helpers/tokens.js';
import { until } from '../../helpers/wait.js';

const uplink = { tenant_id: 't1', dev_eui: 'd1', payload: {} };

describe('while Redis is away', () => {
  let server: ServerProcess;
  let one: RunningService;
  let other: RunningService;
  beforeEach(async () => {
    server = await startRedis();
    [one, other] = await Promise.all([
      startService({ BUS_URL: server.url }),
      startService({ BUS_URL: server.url }),
    ]);
  });
  afterEach(async () => {
    await Promise.all([one.stop(), other.stop()]);
    await server.stop();
  });

  const ready = (service: RunningService) =>
    until(
      async () => (await service.get('/health/ready', {})).status === 200,
      () => 'a service that is ready',
    );

  it('sockets stay, publishing and readiness are 503, and all is well again by itself', async () => {
    const client = await one.open('/ws');
    const sent = [await one.publish()];
    await server.kill();

    const published = await one.post('/messages', uplink);
    assert.deepEqual([published.status, published.headers['retry-after']], [503, '5']);
    assert.match(published.json.detail, /^Redis is away: /);
    const unready = await one.get('/health/ready', {});
    assert.equal(unready.status, 503);
    assert.match(unready.json.parts.bus, /^Redis is away: /);
    assert.equal(unready.json.parts.draining, 'ok');
    assert.equal((await one.get('/health/live', {})).status, 200);
    const refused = await one.knock('/ws/device/d1', { token: token() });
    assert.deepEqual([refused.status, refused.headers['retry-after']], [503, '2']);
    const history = await one.get('/messages/last?dev_eui=d1');
    assert.equal(history.status, 503);

    await server.start();
    await Promise.all([ready(one), ready(other)]);
    sent.push(await other.publish(), await one.publish());
    assert.deepEqual(
      (await client.take(3)).map(({ id }) => id),
      sent,
    );
    assert.deepEqual(await client.settled(), []);
    const resumed = await other.open(`/ws?since=${sent[0]}`);
    assert.deepEqual(
      (await resumed.take(2)).map(({ id }) => id),
      sent.slice(1),
    );
    assert.equal((await one.get('/messages/last?dev_eui=d1&limit=50')).status, 200);
    await Promise.all([client.end(), resumed.end()]);
  });

  it('nothing that was accepted is lost or comes twice, whenever it goes', async () => {
    const client = await other.open('/ws');
    const accepted = new Map<string, string>();
    let stopped = false;
    let refused = 0;
    const publishing = Array.from({ length: 4 }, async (_, publisher) => {
      for (let count = 0; !stopped; count += 1) {
        const deduplicationId = `${publisher}-${count}`;
        // What a publisher does: the same message again until it is taken.
        for (;;) {
          const answer = await one.post('/messages', { ...uplink, deduplicationId });
          if (answer.status === 202 || answer.status === 200) {
            accepted.set(deduplicationId, answer.json.id);
            break;
          }
          refused += 1;
          if (stopped) break;
          await until(
            async () => (await one.get('/health/ready', {})).status === 200,
            () => 'Redis',
          );
        }
      }
    });
    for (const [end, count] of [
      ['kill', 50],
      ['stop', 150],
      ['kill', 300],
    ] as const) {
      await until(
        () => accepted.size >= count,
        () => `${count} messages`,
      );
      const before = refused;
      await server[end]();
      await until(
        () => refused > before,
        () => 'a refusal',
      );
      await server.start();
      await ready(one);
    }
    await until(
      () => accepted.size >= 400,
      () => '400 messages',
    );
    stopped = true;
    await Promise.all(publishing);
    const expected = [...accepted.values()].sort();
    assert.equal(new Set(expected).size, expected.length);
    const got = (await client.take(expected.length)).map(({ id }) => id);
    assert.deepEqual(got, expected);
    assert.deepEqual(await client.settled(), []);
    await client.end();
  }).timeout(120_000);

  it('as when it hangs, requests are not kept waiting', async () => {
    const client = await one.open('/ws');
    server.pause();
    const published = await one.post('/messages', uplink);
    assert.equal(published.status, 503);
    assert.equal((await one.get('/health/ready', {})).status, 503);
    assert.equal((await one.knock('/ws/device/d1', { token: token() })).status, 503);
    server.resume();
    await Promise.all([ready(one), ready(other)]);
    const id = await other.publish();
    assert.equal((await client.settled()).at(-1)?.id, id);
    await client.end();
  }).timeout(120_000);

  it('a stop takes no longer', async () => {
    const lone = await startService({ BUS_URL: server.url });
    await server.kill();
    await until(
      async () => (await lone.get('/health/ready', {})).status === 503,
      () => 'a service that noticed',
    );
    const started = Date.now();
    await lone.stop();
    assert.ok(Date.now() - started < 5_000, `${Date.now() - started} ms`);
    await server.start();
  });

  it('an instance starts, and serves when Redis comes', async () => {
    await server.kill();
    const late = await startService({ BUS_URL: server.url });
    assert.equal((await late.get('/health/ready', {})).status, 503);
    assert.equal((await late.post('/messages', uplink)).status, 503);
    await server.start();
    await ready(late);
    const client = await late.open('/ws');
    await ready(one);
    const id = await one.publish();
    assert.equal((await client.next()).id, id);
    await client.end();
    await late.stop();
  });
});
