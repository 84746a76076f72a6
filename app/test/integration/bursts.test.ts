import { strict as assert } from 'node:assert';
import { writePair } from '../helpers/certificates.js';
import { newFolder, type RunningService, startService } from '../helpers/service.js';

/** Uplinks whose sizes go from a few bytes to several TLS records. */
const uplinks = (count: number, filler: (n: number) => number) =>
  Array.from({ length: count }, (_, f_cnt) => ({
    tenant_id: 't1',
    dev_eui: 'd1',
    f_cnt,
    payload: { text: 'é'.repeat(filler(f_cnt)) },
  }));

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

for (const kind of ['plain', 'direct TLS'] as const) {
  describe(`a burst over ${kind}`, () => {
    let running: RunningService;
    let start: (more?: Record<string, string>) => Promise<void>;
    before(async () => {
      const { keyFile, certFile, cert } = await writePair(newFolder(), 'burst');
      start = async (more = {}) => {
        running =
          kind === 'plain'
            ? await startService(more)
            : await startService({ SSL_KEYFILE: keyFile, SSL_CERTFILE: certFile, ...more }, cert);
      };
    });
    afterEach(() => running.stop());

    it('reaches every socket whole and in order', async () => {
      await start();
      const clients = await Promise.all(
        ['/ws', '/ws/tenant/t1', '/ws?since=0'].map((path) => running.open(path)),
      );
      const sent = uplinks(1_000, (n) => (n % 100 === 0 ? 40_000 : n % 300));
      for (let from = 0; from < sent.length; from += 500) {
        assert.equal((await running.post('/messages', sent.slice(from, from + 500))).json.accepted, 500);
      }
      for (const client of clients) {
        const frames = await client.take(sent.length);
        assert.deepEqual(
          frames.map(({ f_cnt, payload }) => ({ f_cnt, payload })),
          sent.map(({ f_cnt, payload }) => ({ f_cnt, payload })),
        );
        assert.deepEqual(await client.settled(), []);
        await client.end();
      }
    });

    it('far above what may wait closes no socket that reads', async () => {
      await start({ SLOW_CONSUMER_KB: '64' });
      const client = await running.open('/ws');
      const count = 4_000;
      await running.post(
        '/messages',
        uplinks(count, () => 20),
      );
      assert.deepEqual(
        (await client.take(count)).map(({ f_cnt }) => f_cnt),
        numbers(count),
      );
      await client.end();
    });

    it('is on its way before the close frame of a stop', async () => {
      await start();
      const client = await running.open('/ws');
      await running.post(
        '/messages',
        uplinks(100, () => 20),
      );
      const [{ code }] = await Promise.all([client.closed(), running.service.stop()]);
      assert.equal(code, 1012);
      assert.deepEqual(
        client.frames.map(({ f_cnt }) => f_cnt),
        numbers(100),
      );
    });
  });
}

describe('a burst', () => {
  let running: RunningService;
  afterEach(() => running.stop());

  it('does not keep others waiting: a ping is answered in the middle of it', async () => {
    running = await startService();
    const [follower, other] = [await running.open('/ws'), await running.open('/ws/notifications')];
    const count = 8_000;
    const posted = running.post(
      '/messages',
      uplinks(count, () => 0),
    );
    await follower.next();
    await other.ask({ action: 'ping' });
    assert.ok(follower.frames.length < count, 'the pong came before the end of the burst');
    await posted;
    await follower.take(count - 1);
    await Promise.all([follower.end(), other.end()]);
  });
});
