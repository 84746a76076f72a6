import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { build } from './helpers/build.js';
import { assertNothingStarted } from './helpers/fault.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

describe('hermes up that cannot start', function () {
  this.timeout(120_000);
  let one: Scratch;
  let holder: Server | undefined;
  before(build);
  beforeEach(async () => {
    one = await scratch();
  });
  afterEach(async () => {
    holder?.close();
    holder = undefined;
    await removeScratches();
  });

  const refused = async (settings: readonly string[], ...says: RegExp[]) =>
    assertNothingStarted(one, await one.hermes('up', ...settings), ...says);
  const hold = async (port: number, host?: string) => {
    holder = createServer().listen(port, host);
    await once(holder, 'listening');
  };

  describe('because a port is in use', () => {
    for (const [name, key] of [
      ['http', 'HTTP_PORT'],
      ['https', 'HTTPS_PORT'],
      ['app', 'APP_PORT'],
    ] as const) {
      it(`names the port, who holds it, and ${key}`, async () => {
        const port = one.ports[name];
        await hold(port, '127.0.0.1');
        const who = `port ${port} is in use by \\S+ \\(pid ${process.pid}\\)`;
        await refused([], new RegExp(`^${who}$`, 'm'), new RegExp(`→ .*make up ${key}=\\d+$`, 'm'));
      });
    }

    it('proposes one that is free', async () => {
      const port = one.ports.https;
      await hold(port);
      const { stderr } = await one.hermes('up');
      const [, proposed] = /HTTPS_PORT=(\d+)/.exec(stderr) ?? [];
      assert.match(await one.up(`HTTPS_PORT=${proposed}`), /is up\./);
    });

    it('leaves alone what runs', async () => {
      await one.up();
      const { pids, ports } = one;
      await hold(ports.https + 1);
      const { code } = await one.hermes('up', `HTTPS_PORT=${ports.https + 1}`);
      assert.equal(code, 1);
      assert.deepEqual(one.pids, pids);
      assert.equal((await one.hermes('status')).code, 0);
    });
  });

  describe('because of files', () => {
    it('says which folder of its state cannot be written', async () => {
      writeFileSync(one.at('.hermes'), '');
      await refused([], /\.hermes cannot be written \(\w+\)$/m, /→ check that your user owns/);
      rmSync(one.at('.hermes'));
    });

    it('says that certificates cannot be written', () => {
      writeFileSync(one.at('certs'), '');
      return refused([], /certificates cannot be changed: .*certs/, /→ check/);
    });

    it('says that the key of the CA is damaged', async () => {
      await one.up();
      await one.hermes('down');
      writeFileSync(one.at('certs/ca/ca.key'), 'damaged');
      await refused([], /the local CA cannot be used: .*ca\.key/, /→ restore it from a backup, or delete/);
    });

    it('says that key and certificate of the CA are not of the same CA', async () => {
      const other = await scratch();
      await Promise.all([one.up(), other.up()]);
      await one.hermes('down');
      cpSync(other.at('certs/ca/ca.key'), one.at('certs/ca/ca.key'));
      await refused([], /the local CA cannot be used: .*ca\.key .*does not belong/, /→ restore it/);
    });

    it('says that half of the CA is missing', async () => {
      mkdirSync(one.at('certs/ca'), { recursive: true });
      writeFileSync(one.at('certs/ca/ca.pem'), '');
      await refused([], /the local CA lacks .*ca\.key/, /→ restore it/);
    });

    it('gives up soon when the app ends at once, shows its last lines, and stops all of it', async () => {
      writeFileSync(one.at('in-the-way'), '');
      const begun = Date.now();
      const { code, stderr } = await one.hermes('up', 'DATA_DIR=in-the-way/data');
      assert(Date.now() - begun < 15_000);
      assert.equal(code, 1);
      assert.match(stderr, /^app\.log:\n( {2}.*\n)* {2}.*in-the-way\/data\/bus cannot be used/m);
      assert.match(stderr, /^the app ends as soon as it is started\n {2}→ /m);
      assert.doesNotMatch(stderr, /connect\(\) failed/);
      assertNothingStarted(one, { code, stdout: '', stderr: 'x', all: 'x' });
    });
  });

  it('shows log lines of this start only', async () => {
    await one.up();
    await one.hermes('down');
    appendFileSync(one.at('.hermes/logs/nginx.log'), 'a line of yesterday\n');
    writeFileSync(one.at('in-the-way'), '');
    const { stderr } = await one.hermes('up', 'DATA_DIR=in-the-way/data');
    assert.match(stderr, /^app\.log:$/m);
    assert.doesNotMatch(stderr, /yesterday/);
  });
});
