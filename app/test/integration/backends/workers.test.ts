import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { writePair } from '../../helpers/certificates.js';
import { AppProcess, freePort } from '../../helpers/process.js';
import { startRedis } from '../../helpers/servers/redis.js';
import type { ServerProcess } from '../../helpers/servers/server-process.js';
import { newFolder } from '../../helpers/service.js';
import { Target } from '../../helpers/target.js';
import { newSession, shake } from '../../helpers/tls-session.js';
import { token } from '../../helpers/tokens.js';
import { until } from '../../helpers/wait.js';

const numbersOf = (frames: readonly Record<string, unknown>[]) => frames.map(({ f_cnt }) => Number(f_cnt));

/** Process ids of the workers, the oldest first. */
function workersOf(app: AppProcess): number[] {
  const children = execFileSync('ps', ['-o', 'pid=', '--sort=start_time', '--ppid', String(app.child.pid)]);
  return String(children).trim().split(/\s+/).map(Number);
}

/** With several workers, say. */
async function start(settings: Record<string, string>): Promise<{ app: AppProcess; target: Target }> {
  const port = await freePort();
  const app = await AppProcess.start({ ...settings, APP_PORT: String(port) });
  return { app, target: new Target(port) };
}

const connected = (target: Target, count: number) =>
  until(
    async () => (await target.metric('hermes_connections{')) === count,
    () => `${count} connections`,
  );

const open = (target: Target, count: number) =>
  Promise.all(Array.from({ length: count }, () => target.open('/ws/tenant/t1')));

describe('workers behind one port', function () {
  this.timeout(120_000);
  let redis: ServerProcess;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  it('need a bus that they can share, and say what to set', async () => {
    const { app } = await start({ WORKERS: '2' });
    assert.equal(await app.exited(), 1);
    assert.match(app.stderr, /WORKERS=2 needs a bus that processes can share.*\n.*REDIS_URL/);
    assert.equal(app.stdout, '');
  });

  it('say once why they cannot start', async () => {
    const { app } = await start({ WORKERS: '2', REDIS_URL: redis.url, APP_BIND: '192.0.2.1' });
    assert.equal(await app.exited(), 1);
    assert.equal(app.stderr.match(/192\.0\.2\.1 is not an address of this machine/g)?.length, 1, app.stderr);
    assert.equal(app.stdout, '');
  });

  it('resume the TLS sessions of one another, and all serve a renewed certificate', async () => {
    const folder = newFolder();
    const [pair, renewed] = [await writePair(folder, 'server'), await writePair(folder, 'renewed')];
    const files = { SSL_KEYFILE: pair.keyFile, SSL_CERTFILE: pair.certFile, SSL_REQUIRED: 'true' };
    const { app, target } = await start({ WORKERS: '2', REDIS_URL: redis.url, BUS_PREFIX: 'tls', ...files });
    try {
      await app.listening();
      const server = { port: target.port, ca: pair.cert };
      const session = await newSession(server, 'TLSv1.2');
      // In turns, so each of them is met.
      for (let time = 0; time < 4; time += 1) {
        assert.equal((await shake(server, 'TLSv1.2', session)).resumed, true);
      }
      renameSync(renewed.keyFile, pair.keyFile);
      renameSync(renewed.certFile, pair.certFile);
      app.child.kill('SIGHUP');
      await until(
        () => (app.stderr.match(/certificate replaced/g)?.length ?? 0) >= 2,
        () => 'both to read the new certificate',
      );
      for (let time = 0; time < 4; time += 1) await shake({ ...server, ca: renewed.cert }, 'TLSv1.3');
    } finally {
      assert.equal(await app.end('SIGTERM'), 0);
    }
  });

  it('share one Unix socket, take it over from a process that was killed, and leave none', async () => {
    const path = join(newFolder(), 'app.sock');
    const settings = {
      WORKERS: '2',
      REDIS_URL: redis.url,
      BUS_PREFIX: 'socket',
      APP_SOCKET: path,
      DRAIN_SECONDS: '1',
    };
    const killed = await start(settings);
    await killed.app.listening();
    await killed.app.end('SIGKILL');
    const { app, target } = await start(settings);
    await app.listening();
    const clients = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const socket = new WebSocket(`ws+unix:${path}:/ws/tenant/t1`, ['bearer', token()]);
        await once(socket, 'open');
        return socket;
      }),
    );
    const messages = clients.map((socket) => once(socket, 'message'));
    await target.publish({ f_cnt: 5 });
    for (const [data] of await Promise.all(messages)) assert.equal(JSON.parse(String(data)).f_cnt, 5);
    // In turns, so that each has some.
    const closes = clients.map((socket) => once(socket, 'close'));
    const [one = 0] = workersOf(app);
    process.kill(one, 'SIGKILL');
    await Promise.race(closes);
    const left = clients.filter((socket) => socket.readyState === WebSocket.OPEN);
    assert.ok(left.length > 0 && left.length < 4, `${left.length} of 4 are left`);
    assert.equal(await app.end('SIGTERM'), 0);
    for (const [code] of await Promise.all(closes)) assert.ok([1006, 1012].includes(code), String(code));
    assert.equal(existsSync(path), false);
  });

  describe('once they listen', () => {
    let app: AppProcess;
    let target: Target;
    before(async () => {
      ({ app, target } = await start({ WORKERS: '2', REDIS_URL: redis.url, BUS_PREFIX: 'workers' }));
      await app.listening();
    });
    after(() => app.end('SIGKILL'));

    it('say so once, and are ready', async () => {
      assert.equal(app.stdout.match(/Starting with WS/g)?.length, 1);
      assert.equal(app.stderr.match(/"listening"/g)?.length, 1);
      const { status, json } = await target.get('/health/ready');
      assert.equal(status, 200);
      assert.equal(json.parts.workers, 'ok');
      assert.equal(workersOf(app).length, 2);
    });

    it('deliver to clients of each what was published at any, once and in order', async () => {
      const clients = await open(target, 6);
      await Promise.all(Array.from({ length: 40 }, (_none, f_cnt) => target.publish({ f_cnt })));
      const received = await Promise.all(clients.map((client) => client.take(40)));
      const sorted = Array.from({ length: 40 }, (_none, n) => n);
      for (const frames of received) {
        assert.deepEqual(
          numbersOf(frames).sort((a, b) => a - b),
          sorted,
        );
        assert.deepEqual(numbersOf(frames), numbersOf(received[0] ?? []));
      }
      assert.deepEqual((await Promise.all(clients.map((client) => client.settled()))).flat(), []);
      await Promise.all(clients.map((client) => client.end()));
    });

    it('answer for all of them at /metrics, whoever is asked', async () => {
      const clients = await open(target, 5);
      await connected(target, 5);
      for (let ask = 0; ask < 4; ask += 1) {
        assert.equal(await target.metric('hermes_connections{'), 5);
        assert.equal(await target.metric('hermes_messages_published_total'), 40);
      }
      // Each reads all of the bus.
      assert.equal(await target.metric('hermes_fanout_messages_total'), 2 * 40);
      await Promise.all(clients.map((client) => client.end()));
    });

    it('are started again when they crash, and the others go on', async () => {
      await connected(target, 0);
      const clients = await open(target, 8);
      const [victim = 0] = workersOf(app);
      process.kill(victim, 'SIGKILL');
      const left = () => clients.filter(({ socket }) => socket.readyState === socket.OPEN);
      // Nothing is asked before its end was noticed: what is handed to it meanwhile is lost.
      await until(
        () => left().length < 8 && workersOf(app).length === 2 && !workersOf(app).includes(victim),
        () => 'another worker, and the end of the sockets of the first',
      );
      await until(
        async () => (await target.metric('hermes_connections{')) === left().length,
        () => 'the sockets of the other worker alone',
      );
      const others = left();
      assert.ok(others.length > 0);
      assert.equal((await target.get('/health/ready')).status, 200);
      await target.publish({ f_cnt: 77 });
      for (const client of others) assert.deepEqual(numbersOf(await client.take(1)), [77]);
      assert.match(app.stderr, /"code":"SIGKILL".*worker ended, starting another/);
      await Promise.all(others.map((client) => client.end()));
    });

    it('all drain on SIGTERM with 1012, and end', async () => {
      const clients = await open(target, 6);
      const end = app.end('SIGTERM');
      for (const client of clients) assert.equal((await client.closed()).code, 1012);
      assert.equal(await end, 0);
      assert.equal(app.stderr.match(/"stopping"/g)?.length, 1);
    });
  });
});
