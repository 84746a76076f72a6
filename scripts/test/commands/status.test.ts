import assert from 'node:assert/strict';
import { build } from './helpers/build.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

describe('hermes status', function () {
  this.timeout(120_000);
  let one: Scratch;
  before(build);
  beforeEach(async () => {
    one = await scratch();
  });
  afterEach(removeScratches);

  it('says that nothing runs, and how to start it, with exit status 1', async () => {
    const { code, all } = await one.hermes('status');
    assert.equal(code, 1);
    assert.match(all, /^Monitor Hermes is down\.\n {2}URL .*\n {2}→ start it: make up$/);
  });

  it('says what runs since when, and how long the certificate lasts', async () => {
    await one.up();
    const { code, all } = await one.hermes('status');
    assert.equal(code, 0);
    assert.equal(
      all.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, 'TIME').replaceAll(/pid \d+/g, 'PID'),
      [
        'Monitor Hermes is up and ready.',
        `  URL          wss://localhost:${one.ports.https}/ws`,
        '  Since        TIME',
        '  renewal      PID',
        '  app          PID',
        '  nginx        PID',
        '  watch        PID',
        '  Certificate  localhost, 127.0.0.1, ::1: 89 days left, served as on disk',
      ].join('\n'),
    );
  });

  it('says the same as JSON', async () => {
    await one.up();
    const status = JSON.parse((await one.hermes('status', '--json')).stdout);
    const { running, supervised, ready, processes, certificates } = status;
    assert.deepEqual([running, supervised, ready], [true, true, true]);
    assert.deepEqual(processes.app, { pid: one.pid('app'), restarts: 0, alive: true });
    assert.equal(certificates[0].daysLeft, 89);
    assert.equal(certificates[0].wire[0].matches, true);
  });

  it('asks where the stack was started, whatever is set by now, and says what has changed', async () => {
    const [http] = [one.ports.http];
    await one.up('TLS=off');
    const { code, all } = await one.hermes('status', `APP_PORT=${one.ports.https}`);
    assert.equal(code, 0, all);
    assert.match(all, new RegExp(`URL +ws://localhost:${http}/ws`));
    assert.match(all, /started with TLS=off; `make up` would now start it with TLS=selfsigned$/m);
    assert.match(
      all,
      new RegExp(`started with APP_PORT=${one.ports.app}; .* APP_PORT=${one.ports.https}$`, 'm'),
    );
  });

  it('tells that the app hangs', async () => {
    await one.up();
    process.kill(one.pid('app'), 'SIGSTOP');
    try {
      const { code, all } = await one.hermes('status');
      assert.equal(code, 1);
      assert.match(all, /^Monitor Hermes is up, but not ready\.$/m);
      assert.match(all, / {2}→ see why: make logs$/m);
    } finally {
      process.kill(one.pid('app'), 'SIGCONT');
    }
  });
});
