import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { servedFolder } from '../../src/stack/workers.js';
import { build } from './helpers/build.js';
import { processesOf } from './helpers/processes.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

describe('hermes down', function () {
  this.timeout(120_000);
  let one: Scratch;
  before(build);
  beforeEach(async () => {
    one = await scratch();
  });
  afterEach(removeScratches);

  for (const settings of [[], ['PROXY=none']]) {
    it(`leaves no process and no copy of a key behind ${settings}`, async () => {
      await one.up(...settings);
      assert(processesOf(one.root).length > 1);
      // Nginx's workers may not enter the project's folder, and get a copy where there are any.
      assert.equal(existsSync(copy()), settings.length === 0 && process.getuid?.() === 0);
      assert.equal((await one.hermes('down')).stdout, 'Monitor Hermes is down.');
      assert.deepEqual(processesOf(one.root), []);
      assert(!existsSync(copy()));
      assert(!existsSync(one.at('.hermes/run/state.json')));
    });

    it(`sends open sockets away with 1012 ${settings}`, async () => {
      await one.up(...settings, 'DRAIN_SECONDS=1');
      const url = `wss://localhost:${settings.length > 0 ? one.ports.app : one.ports.https}`;
      const clients = await Promise.all([one.connect(url), one.connect(url), one.connect(url)]);
      const down = one.hermes('down');
      const closed = await Promise.all(clients.map((client) => client.closed()));
      assert.deepEqual(
        closed.map(({ code }) => code),
        [1012, 1012, 1012],
      );
      assert.equal((await down).code, 0);
    });
  }

  it('says so when nothing was running', async () => {
    await one.up();
    await one.hermes('down');
    for (const again of [await one.hermes('down'), await one.hermes('down')]) {
      assert.deepEqual([again.code, again.all], [0, 'Nothing was running.']);
    }
  });

  it('makes nothing in a folder where nothing was started', async () => {
    assert.equal((await one.hermes('down')).all, 'Nothing was running.');
    assert.deepEqual(readdirSync(one.root), []);
  });

  /** The copy of the certificate outside of the project. */
  const copy = () => servedFolder(one.root);
});
