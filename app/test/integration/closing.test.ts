import { strict as assert } from 'node:assert';
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { handshake, RawPeer } from '../helpers/raw.js';
import { type RunningService, startService } from '../helpers/service.js';
import { token } from '../helpers/tokens.js';
import { until } from '../helpers/wait.js';

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

describe('a live socket', () => {
  let running: RunningService;
  before(async () => {
    running = await startService({ PING_INTERVAL: '1s', PONG_TIMEOUT: '1s' });
  });
  after(() => running.stop());

  for (const path of ['/ws', '/ws/notifications', '/ws/tenant/t1']) {
    it(`on ${path} is closed with 1008 when its token expires, and not before`, async () => {
      const exp = inSeconds(2);
      const client = await running.open(path, { exp });
      const { code, reason } = await client.closed();
      assert.equal(code, 1008);
      assert.match(reason, /token has expired/);
      assert.ok(Date.now() >= exp * 1000, `closed ${exp * 1000 - Date.now()} ms too early`);
    });
  }

  it('is pinged every PING_INTERVAL, and lives as long as it answers', async () => {
    const client = await running.open('/ws');
    const pings: number[] = [];
    client.socket.on('ping', () => pings.push(performance.now()));
    await until(
      () => pings.length >= 4,
      () => `four pings; so far ${pings.length}`,
    );
    const gaps = pings.slice(1).map((at, index) => at - (pings[index] ?? 0));
    for (const gap of gaps) assert.ok(gap > 500, `a ping came ${gap} ms after the one before`);
    assert.equal(client.socket.readyState, client.socket.OPEN);
    await client.end();
  });

  it('is cut when no pong comes in PONG_TIMEOUT', async () => {
    const client = await running.open('/ws', {}, { autoPong: false });
    assert.equal((await client.closed()).code, 1006);
  });

  it('that stops reading is cut too', async () => {
    const peer = await RawPeer.upgrade(running.port, '/ws', token({ user_id: 'deaf' }));
    peer.socket.pause();
    await until(
      async () => (await running.metric('hermes_connections')) === 0,
      () => 'the connection to be gone',
    );
    peer.socket.destroy();
  });

  it('is closed as its client closes it, with the client’s own code', async () => {
    const client = await running.open('/ws');
    client.socket.close(4001, 'bye');
    assert.equal((await client.closed()).code, 4001);
  });
});

describe('a stopping instance', () => {
  it('closes every socket with 1012 and a reason, within DRAIN_SECONDS', async () => {
    const running = await startService({ DRAIN_SECONDS: '1' });
    const clients = await Promise.all(
      ['/ws', '/ws/notifications', '/ws/tenant/t1', '/ws', '/ws'].map((path) => running.open(path)),
    );
    await running.stop();
    for (const { code, reason } of await Promise.all(clients.map((client) => client.closed()))) {
      assert.equal(code, 1012);
      assert.match(reason, /restarts/);
    }
  });

  it('is not ready, and says that it drains', async () => {
    const running = await startService({ DRAIN_SECONDS: '2' });
    const clients = await Promise.all(Array.from({ length: 20 }, () => running.open('/ws')));
    const stopped = running.stop();
    const { status, json } = await running.get('/health/ready');
    assert.equal(status, 503);
    assert.match(json.parts.draining, /stopping/);
    await stopped;
    await Promise.all(clients.map((client) => client.closed()));
  });

  it('delivers a message that was taken before a socket is sent away', async () => {
    const running = await startService({ DRAIN_SECONDS: '1' });
    const client = await running.open('/ws');
    await running.publish();
    await running.stop();
    assert.equal(client.frames.length, 1);
    assert.equal((await client.closed()).code, 1012);
  });

  it('refuses connections once it has stopped', async () => {
    const running = await startService();
    await running.stop();
    const socket = connect({ port: running.port, host: '127.0.0.1' });
    const refused = await new Promise((resolve) => {
      socket.once('error', resolve).once('connect', resolve);
    });
    assert.ok(refused instanceof Error);
  });
});

describe('a client that is slow to begin', () => {
  let running: RunningService;
  before(async () => {
    running = await startService();
    // The real limit is asserted below; here it is shortened, so that nobody has to wait for it.
    assert.equal(running.service.server.headersTimeout, 10_000);
    running.service.server.headersTimeout = 300;
  });
  after(() => running.stop());

  const pieces: Readonly<Record<string, string>> = {
    'says nothing': '',
    'sends half a request line': 'GET /ws HT',
    'sends half a handshake': handshake('/ws', 'x').slice(0, -10),
    'sends a handshake without its end': handshake('/ws', 'x').slice(0, -2),
  };
  for (const [what, piece] of Object.entries(pieces)) {
    it(`is cut soon when it ${what}`, async () => {
      const peer = await RawPeer.connect(running.port);
      peer.send(piece);
      await peer.ended(5_000);
    });
  }

  it('is cut also when it drips a byte now and then', async () => {
    const peer = await RawPeer.connect(running.port);
    const dripping = setInterval(() => peer.send('x'), 50);
    peer.send('GET /ws HTTP/1.1\r\nX-Long: ');
    await peer.ended(5_000).finally(() => clearInterval(dripping));
  });

  it('does not hold up one that is upgraded already', async () => {
    const client = await running.open('/ws');
    const peer = await RawPeer.connect(running.port);
    await peer.ended(5_000);
    assert.deepEqual(await client.ask({ action: 'ping' }), { action: 'pong' });
    await client.end();
  });
});
