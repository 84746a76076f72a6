import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { until } from '../../../app/test/helpers/wait.js';
import { identify } from '../../src/stack/process-identity.js';
import { build } from './helpers/build.js';
import { isThere, processesOf } from './helpers/processes.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

describe('a stack survives', function () {
  this.timeout(120_000);
  let one: Scratch;
  before(build);
  beforeEach(async () => {
    one = await scratch();
  });
  afterEach(removeScratches);

  const status = async () => JSON.parse((await one.hermes('status', '--json')).stdout);
  const supervisor = () => one.state.supervisor.pid;

  it('the death of the app: it comes back with its history', async () => {
    await one.up();
    const before = one.pid('app');
    await post('once');
    process.kill(before, 'SIGKILL');
    await until(
      async () => (await status()).ready,
      () => 'the app',
    );
    const { processes } = await status();
    assert.notEqual(processes.app.pid, before);
    assert.equal(processes.app.restarts, 1);
    assert.equal(processes.nginx.restarts, 0);
    const [message] = (await (await ask('/messages/last?dev_eui=d1')).json()) as { device_name: string }[];
    assert.equal(message?.device_name, 'once');
    assert.match((await one.hermes('status')).stdout, /^ {2}app +pid \d+, restarted once$/m);
    assert.match(
      one.read('.hermes/logs/app.log'),
      /^supervisor: app ended \(SIGKILL\), starts again in 500 ms$/m,
    );
  });

  it('the death of nginx, whose workers would go on listening', async () => {
    await one.up();
    const before = one.pid('nginx');
    process.kill(before, 'SIGKILL');
    await until(
      () => one.pid('nginx') !== before && isThere(one.pid('nginx')),
      () => 'another nginx',
    );
    await one.up();
    const { processes } = await status();
    assert.deepEqual([processes.nginx.restarts, processes.nginx.alive], [1, true]);
    assert.doesNotMatch(one.read('.hermes/logs/nginx.log'), /bind\(\)/);
  });

  it('pauses for longer and longer between the restarts of a process that dies again and again', async () => {
    await one.up();
    for (const pause of [500, 1_000, 2_000]) {
      const pid = one.pid('app');
      process.kill(pid, 'SIGKILL');
      await until(
        () => one.pid('app') !== pid,
        () => `a restart after ${pause} ms`,
      );
      assert.match(one.read('.hermes/logs/app.log'), new RegExp(`starts again in ${pause} ms$`, 'm'));
    }
  });

  it('the death of its supervisor: status tells, down cleans up', async () => {
    await one.up();
    process.kill(supervisor(), 'SIGKILL');
    await until(
      () => !isThere(supervisor()),
      () => 'the death of the supervisor',
    );
    const { code, stdout } = await one.hermes('status');
    assert.equal(code, 1);
    assert.match(stdout, /^Monitor Hermes is running without its supervisor, which was killed\.$/m);
    assert.match(stdout, / {2}→ .*make up/);
    assert.equal((await one.hermes('down')).stdout, 'Monitor Hermes is down.');
    assert.deepEqual(processesOf(one.root), []);
  });

  it('the death of its supervisor and of nginx’s master: up recovers', async () => {
    await one.up();
    const { pids } = one;
    process.kill(supervisor(), 'SIGKILL');
    process.kill(one.pid('nginx'), 'SIGKILL');
    await one.up();
    assert(!one.pids.some((pid) => pids.includes(pid)));
    assert(!pids.some(isThere));
  });

  it('a state that names the pid of somebody else: that process is left alone', async () => {
    await one.up();
    const { state } = one;
    await one.hermes('down');
    const stranger = spawn('sleep', ['60']);
    try {
      const pid = stranger.pid ?? 0;
      // Another start, another boot: the number alone says nothing.
      for (const started of [
        '1',
        identify(process.pid)?.started ?? '',
        `another ${identify(pid)?.started}`,
      ]) {
        const other = { pid, started };
        const processes = { app: { identity: other, restarts: 0 }, nginx: { identity: other, restarts: 0 } };
        mkdirSync(one.at('.hermes/run'), { recursive: true });
        const stale = JSON.stringify({ ...state, supervisor: other, processes });
        writeFileSync(one.at('.hermes/run/state.json'), stale);
        assert.equal((await status()).running, false);
        assert.equal((await one.hermes('down')).stdout, 'Nothing was running.');
        writeFileSync(one.at('.hermes/run/state.json'), stale);
        await one.up();
        await one.hermes('down');
      }
      assert.equal(stranger.exitCode, null);
      assert.equal(stranger.signalCode, null);
    } finally {
      stranger.kill();
    }
  });

  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${one.ports.app}${path}`, {
      ...init,
      headers: { 'X-API-Key': one.secrets.SERVICE_API_KEY ?? '', 'Content-Type': 'application/json' },
    });
  const post = async (name: string) => {
    const uplink = { tenant_id: 't1', dev_eui: 'd1', device_name: name, payload: {} };
    const { status } = await ask('/messages', { method: 'POST', body: JSON.stringify(uplink) });
    assert.equal(status, 202);
  };
});
