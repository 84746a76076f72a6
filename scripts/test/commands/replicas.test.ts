import assert from 'node:assert/strict';
import { ensureTraefik } from '../../src/packages/traefik.js';
import { startRedis } from '../../src/servers/redis.js';
import type { ServerProcess } from '../../src/servers/server-process.js';
import { build } from './helpers/build.js';
import { assertNothingStarted } from './helpers/fault.js';
import { isThere } from './helpers/processes.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

describe('hermes up with several processes of the app', function () {
  this.timeout(300_000);
  const replicas = ['app', 'app-2', 'app-3'] as const;
  let redis: ServerProcess;
  let one: Scratch;
  before(async function () {
    // Where there is no Traefik, it is built first.
    this.timeout(1_200_000);
    await ensureTraefik(() => {});
    await build();
    redis = await startRedis();
  });
  after(() => redis?.stop());
  beforeEach(async () => {
    one = await scratch({ environment: { ENGINE: 'native', APP_REPLICAS: String(replicas.length) } });
  });
  afterEach(removeScratches);

  for (const [what, settings, told] of [
    ['no bus that they share', [], /APP_REPLICAS=3 needs a bus.*no Redis/],
    ['no proxy', ['PROXY=none', 'REDIS_URL=redis://127.0.0.1:1'], /APP_REPLICAS=3 needs a proxy/],
  ] as const) {
    it(`refuses them where there is ${what}`, async () => {
      assertNothingStarted(one, await one.hermes('up', ...settings), told);
    });
  }

  const socketsOf = async (index: number): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${one.ports.app + index}/metrics`);
    const counts = [...(await response.text()).matchAll(/^hermes_connections\{.*\} (\d+)$/gm)];
    return counts.reduce((sum, [, count]) => sum + Number(count), 0);
  };

  for (const [way, ...how] of [
    ['nginx', 'PROXY=nginx'],
    ['nginx-by-unix-sockets', 'PROXY=nginx', 'APP_SOCKET=auto'],
    ['traefik', 'PROXY=traefik'],
  ] as const) {
    it(`spreads sockets over them, and passes by one that is down: ${way}`, async () => {
      const settings = [...how, `REDIS_URL=${redis.url}`, `BUS_PREFIX=${way}`];
      await one.up(...settings);
      const clients = await Promise.all(Array.from({ length: 30 }, () => one.connect()));
      for (const [index, name] of replicas.entries())
        assert.ok((await socketsOf(index)) > 0, `${name} has no socket`);

      await one.publish();
      const ids = new Set(await Promise.all(clients.map(async (client) => (await client.next()).id)));
      assert.equal(ids.size, 1, 'each socket gets the message, wherever it is');

      const { stdout } = await one.hermes('status');
      assert.match(stdout, /up and ready/);
      for (const name of replicas) assert.match(stdout, new RegExp(`^ +${name} +pid \\d+`, 'm'));
      assert.match((await one.hermes('logs', '--no-follow')).stdout, /app-3\.log/);
      assert.match(await one.up(...settings), /is up already/);

      await passesByTheDead();
      for (const client of clients) client.socket.terminate();
      const { pids } = one;
      assert.equal((await one.hermes('down')).code, 0);
      assert.deepEqual(pids.filter(isThere), []);
    });
  }

  async function passesByTheDead(): Promise<void> {
    process.kill(one.pid('app-2'), 'SIGKILL');
    const more = await Promise.all(Array.from({ length: 10 }, () => one.connect()));
    for (const client of more) client.socket.terminate();
  }
});
