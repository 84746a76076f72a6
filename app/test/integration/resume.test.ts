import { strict as assert } from 'node:assert';
import type { Frame, TestClient } from '../helpers/client.js';
import { RawPeer } from '../helpers/raw.js';
import { newFolder, type RunningService, startService } from '../helpers/service.js';
import { type Claims, token } from '../helpers/tokens.js';
import { until } from '../helpers/wait.js';

const idsOf = (frames: readonly Frame[]) => frames.map(({ id }) => id as string);

/** Publishes so many uplinks of d1 in one go; gives their ids once the history can be read up to them. */
async function publishMany(running: RunningService, count: number, size = 10): Promise<string[]> {
  const client = await running.open('/ws/device/d1', { is_superuser: true });
  const payload = { filler: 'x'.repeat(size) };
  for (let left = count; left > 0; left -= 40) {
    const batch = Array.from({ length: Math.min(left, 40) }, () => ({
      tenant_id: 't1',
      dev_eui: 'd1',
      payload,
    }));
    assert.equal((await running.post('/messages', batch)).status, 202);
  }
  const ids = idsOf(await client.take(count));
  await client.end();
  return ids;
}

/** The same, and then the history is as short as it may be: what was not stored yet is never trimmed. */
async function publishBeyond(running: RunningService, count: number): Promise<string[]> {
  const ids = await publishMany(running, count - 1);
  await running.get('/messages/last?dev_eui=d1');
  return [...ids, await running.publish()];
}

describe('resume', () => {
  let running: RunningService;
  afterEach(() => running.stop());

  it('replays what came after the id, on every channel what it may see there, and goes on live', async () => {
    running = await startService();
    const since = await running.publish();
    const t1 = [await running.publish(), await running.publish()];
    const t2 = await running.publish({ tenant_id: 't2', dev_eui: 'd2' });
    const { id: notice } = (await running.post('/notify', { user_id: 'u1', title: 'a', message: '' })).json;
    await running.post('/notify', { user_id: 'u2', title: 'b', message: '' });
    const superuser = { user_id: 'root', is_superuser: true };
    const table: readonly [string, Claims, string[]][] = [
      ['/ws?', {}, [...t1, notice]],
      ['/ws?device=d1&', {}, [...t1, notice]],
      ['/ws/tenant/t1?', {}, [...t1, notice]],
      ['/ws/device/d1?', {}, t1],
      ['/ws/notifications?', {}, [notice]],
      ['/ws?', superuser, [...t1, t2]],
      ['/ws?', { user_id: 'g', is_global: true }, [...t1, t2]],
      ['/ws/device/d2?', superuser, [t2]],
      ['/ws?', { user_id: 'u9', cs_tenant_id: null }, []],
    ];
    const clients: TestClient[] = [];
    for (const [path, claims] of table) clients.push(await running.open(`${path}since=${since}`, claims));
    for (const [index, [path, , expected]] of table.entries()) {
      assert.deepEqual(idsOf((await clients[index]?.settled()) ?? []), expected, path);
    }
    const live = await running.publish();
    assert.deepEqual(idsOf((await clients[0]?.settled()) ?? []), [live]);
    await Promise.all(clients.map((client) => client.end()));
  });

  it('from 0 replays everything, and there is no gap as long as nothing was trimmed', async () => {
    running = await startService();
    const empty = await running.open('/ws?since=0');
    assert.deepEqual(await empty.settled(), []);
    const ids = [await running.publish(), await running.publish()];
    for (const since of ['0', '0-0', '0000000000000-000000']) {
      const client = await running.open(`/ws?since=${since}`);
      assert.deepEqual(idsOf(await client.settled()), ids);
      await client.end();
    }
    assert.deepEqual(idsOf(await empty.settled()), ids);
    await empty.end();
  });

  it('from the newest id replays nothing', async () => {
    running = await startService();
    const id = await running.publish();
    const client = await running.open(`/ws?since=${id}`);
    assert.deepEqual(await client.settled(), []);
    await client.end();
  });

  it('leaves nothing out and sends nothing twice while messages go on coming and clients connect', async () => {
    running = await startService();
    const since = await running.publish();
    const expected: string[] = [];
    let publishing = true;
    const publishers = Array.from({ length: 4 }, async () => {
      while (publishing) {
        const batch = [1, 2, 3].map((f_cnt) => ({ tenant_id: 't1', dev_eui: 'd1', f_cnt, payload: {} }));
        await running.post('/messages', batch);
        expected.push(await running.publish());
      }
    });
    const clients: TestClient[] = [];
    for (let n = 0; n < 60; n += 1) {
      const path = ['/ws', '/ws/tenant/t1', '/ws/device/d1', '/ws?device=d1'][n % 4] as string;
      const from = n % 3 ? since : (expected.at(-1) ?? since);
      clients.push(await running.open(`${path}${path.includes('?') ? '&' : '?'}since=${from}`));
    }
    publishing = false;
    await Promise.all(publishers);
    const witness = await running.open(`/ws?since=${since}`);
    const all = idsOf(await witness.settled());
    assert.deepEqual(all, [...all].sort());
    assert.equal(all.length, expected.length * 4);
    for (const [n, client] of clients.entries()) {
      await client.settled();
      const got = idsOf(client.frames);
      assert.deepEqual(got, all.slice(-got.length), `client ${n} has a gap or a duplicate`);
      if (n % 3) assert.equal(got.length, all.length, `client ${n} has ${got.length} of ${all.length}`);
    }
    await Promise.all([...clients, witness].map((client) => client.end()));
  });

  it('works from an id of before a restart', async () => {
    const DATA_DIR = newFolder();
    running = await startService({ DATA_DIR });
    const since = await running.publish();
    const ids = [await running.publish()];
    await running.stop();
    running = await startService({ DATA_DIR });
    ids.push(await running.publish());
    const client = await running.open(`/ws/device/d1?since=${since}`);
    assert.deepEqual(idsOf(await client.settled()), ids);
    await client.end();
  });

  it('that is under way when the instance stops ends with it', async () => {
    running = await startService();
    await publishMany(running, 2_000);
    const paths = ['/ws?since=0', '/ws/notifications?since=0'];
    const clients = await Promise.all(
      Array.from({ length: 20 }, (_, n) => running.open(paths[n % 2] as string)),
    );
    await running.stop();
    for (const { code } of await Promise.all(clients.map((client) => client.closed())))
      assert.equal(code, 1012);
    running = await startService();
  });

  it('answers pings in its turn, after the history', async () => {
    running = await startService();
    const ids = await publishMany(running, 300);
    const client = await running.open('/ws?since=0');
    client.send({ action: 'ping' });
    const frames = await client.take(301);
    assert.deepEqual(idsOf(frames.slice(0, 300)), ids);
    assert.deepEqual(frames[300], { action: 'pong' });
    await client.end();
  });
});

describe('a gap', () => {
  let running: RunningService;
  afterEach(() => running.stop());

  it('is the first frame when the history was trimmed, and all that is left follows', async () => {
    running = await startService({ BUS_RETENTION: '100' });
    const first = await running.publish();
    const ids = await publishBeyond(running, 300);
    const oldest = ids.at(-100);
    for (const since of [first, '0', ids[0]]) {
      const client = await running.open(`/ws?since=${since}`);
      const [gap, ...rest] = await client.settled();
      assert.deepEqual(gap, { type: 'gap', oldest });
      assert.deepEqual(idsOf(rest), ids.slice(-100));
      await client.end();
    }
  });

  it('is not there from the last id that was trimmed on', async () => {
    running = await startService({ BUS_RETENTION: '100' });
    const ids = await publishBeyond(running, 300);
    const client = await running.open(`/ws?since=${ids.at(-101)}`);
    assert.deepEqual(idsOf(await client.settled()), ids.slice(-100));
    await client.end();
  });

  it('is there after a restart too', async () => {
    const DATA_DIR = newFolder();
    running = await startService({ DATA_DIR, BUS_RETENTION: '100' });
    const ids = await publishBeyond(running, 200);
    await running.stop();
    running = await startService({ DATA_DIR, BUS_RETENTION: '100' });
    const client = await running.open(`/ws?since=${ids[0]}`);
    assert.equal((await client.next()).type, 'gap');
    await client.end();
  });

  it('is there when the id is of the future, and live messages come all the same', async () => {
    running = await startService();
    const oldest = await running.publish();
    const client = await running.open('/ws?since=9999999999999-000000');
    const live = await running.publish();
    const [gap, ...rest] = await client.settled();
    assert.deepEqual(gap, { type: 'gap', oldest });
    assert.deepEqual(idsOf(rest), [live]);
    await client.end();
  });

  it('is there when the id is of a history that is no more, whether or not a new one has begun', async () => {
    running = await startService();
    const since = await running.publish();
    await running.stop();
    running = await startService();
    const early = await running.open(`/ws?since=${since}`, { is_superuser: true });
    assert.deepEqual(await early.settled(), [{ type: 'gap', oldest: null }]);
    const first = await running.publish();
    assert.deepEqual(idsOf(await early.settled()), [first]);
    const late = await running.open(`/ws?since=${since}`);
    const [gap, ...rest] = await late.settled();
    assert.deepEqual(gap, { type: 'gap', oldest: first });
    assert.deepEqual(idsOf(rest), [first]);
    await Promise.all([early.end(), late.end()]);
  });
});

describe('a slow reader of the history', () => {
  let running: RunningService;
  afterEach(() => running.stop());

  it('gets all of it, and what came meanwhile, in order', async () => {
    running = await startService();
    const ids = await publishMany(running, 1_000, 20_000);
    const client = await running.open('/ws?since=0');
    client.socket.pause();
    const more = await publishMany(running, 100);
    client.socket.resume();
    assert.deepEqual(idsOf(await client.take(1_100)), [...ids, ...more]);
    await client.end();
  });

  it('is told of a gap when the history was trimmed faster than it read', async () => {
    running = await startService({ BUS_RETENTION: '1000' });
    await publishMany(running, 1_000, 20_000);
    const client = await running.open('/ws?since=0');
    client.socket.pause();
    const all = await publishMany(running, 3_000);
    await running.get('/messages/last?dev_eui=d1');
    all.push(await running.publish());
    client.socket.resume();
    await until(
      () => client.frames.at(-1)?.id === all.at(-1),
      () => 'the newest message',
    );
    const gaps = client.frames.flatMap((frame, index) => (frame.type === 'gap' ? [{ frame, index }] : []));
    assert.equal(gaps.length, 1);
    const [{ frame, index }] = gaps as [{ frame: Frame; index: number }];
    assert.ok(index > 0, 'the gap came while reading');
    assert.equal(client.frames[index + 1]?.id, frame.oldest);
    const ids = idsOf(client.frames.filter(({ type }) => type === 'uplink'));
    assert.deepEqual(ids, [...new Set(ids)].sort());
    assert.deepEqual(idsOf(client.frames.slice(index + 1)), all.slice(all.indexOf(String(frame.oldest))));
    await client.end();
  });

  it('that leaves while it subscribes leaves nothing behind', async () => {
    running = await startService();
    await publishMany(running, 1_000, 20_000);
    const client = await running.open('/ws?since=0');
    client.socket.pause();
    for (let n = 0; n < 10; n += 1) client.send({ action: 'sub', device: 'd1' });
    const seen = await running.metric('hermes_connections');
    assert.equal(seen, 1);
    client.socket.terminate();
    await until(
      async () => (await running.metric('hermes_connections')) === 0,
      () => 'the connection to be gone',
    );
    assert.equal(await running.metric('hermes_topics'), 0);
    assert.equal(await running.metric('hermes_faults_total'), 0);
  });

  it('that never reads is cut, and costs no more than what may wait for it', async () => {
    running = await startService({ PING_INTERVAL: '1s', PONG_TIMEOUT: '1s' });
    await publishMany(running, 1_000, 20_000);
    const peers = await Promise.all(
      Array.from({ length: 10 }, () => RawPeer.upgrade(running.port, '/ws?since=0', token())),
    );
    for (const peer of peers) peer.socket.pause();
    await until(
      async () => (await running.metric('hermes_connections')) === 0,
      () => 'the connections to be gone',
    );
    for (const peer of peers) peer.socket.destroy();
  });
});
