import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../../app/test/helpers/wait.js';
import { build } from './helpers/build.js';
import { hermes } from './helpers/run.js';
import { removeScratches, scratch } from './helpers/scratch.js';
import { type Supervised, supervise } from './helpers/supervise.js';

const limit = { bytes: 20_000, kept: 2 };

describe('logs', function () {
  this.timeout(120_000);
  before(build);

  describe('are bounded', () => {
    let one: Supervised;
    before(async () => {
      one = await supervise({ command: 'yes', args: ['a line of a log'] }, limit);
    });
    after(() => one.stop());

    it('where the supervisor writes them, with so many older ones kept', async () => {
      const names = () => readdirSync(one.logs).filter((name) => name.endsWith('app.log'));
      await until(
        () => names().length > limit.kept,
        () => 'rotations',
      );
      await until(
        () => names().length <= limit.kept + 1,
        () => `no more than ${limit.kept} older ones: ${names()}`,
      );
      // A log is rotated when it has outgrown the limit, by one chunk at most.
      const sizes = names().map(
        (name) => statSync(join(one.logs, name), { throwIfNoEntry: false })?.size ?? 0,
      );
      assert(Math.max(...sizes) < limit.bytes + 70_000, String(sizes));
    });

    it('where a process appends to them by itself, in place', async () => {
      const path = one.appended;
      writeFileSync(path, '');
      const { ino } = statSync(path);
      for (const round of ['one', 'two', 'three']) {
        appendFileSync(path, `${round}\n`.repeat(limit.bytes / 3));
        await until(
          () => statSync(path).size === 0,
          () => `a cut after ${round}`,
        );
      }
      assert.equal(statSync(path).ino, ino);
      const older = (number: number) => readFileSync(join(one.logs, `appended.${number}.log`), 'utf8');
      assert.match(older(1), /^three\n/);
      assert.match(older(2), /^two\n/);
      assert.throws(() => older(limit.kept + 1), { code: 'ENOENT' });
    });
  });

  it('that cannot be written cost lines, and not the process', async () => {
    // A folder in the place of the log fails like a full disk: at every write.
    const script = 'yes | head --bytes=1000000; touch written; exec sleep 600';
    const one = await supervise({ command: 'sh', args: ['-c', script] }, limit, 'app.log');
    await until(
      () => existsSync(join(one.root, '.hermes/run/written')),
      () => 'the process to get on',
    );
    await one.stop();
  });

  it('of nginx go on in the file that was cut', async () => {
    const one = await scratch();
    await one.up();
    const path = one.at('.hermes/logs/nginx-access.log');
    appendFileSync(path, 'x'.repeat(11 * 1024 * 1024));
    await until(
      () => statSync(path).size === 0,
      () => 'the cut',
    );
    const { length: before } = one.read('.hermes/logs/nginx-access.1.log');
    assert(before > 11 * 1024 * 1024);
    await (await one.connect()).end();
    await until(
      () => /"path":"\/ws"/.test(one.read('.hermes/logs/nginx-access.log')),
      () => 'a line',
    );
    await removeScratches();
  });

  it('are followed until the operator has seen enough', async () => {
    const one = await scratch();
    await one.up();
    const [node = '', script = ''] = hermes;
    const follow = spawn(node, [script, 'logs', '--lines', '1'], {
      env: { PATH: process.env.PATH, ...one.environment } as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    let seen = '';
    follow.stdout.on('data', (text) => {
      seen += text;
    });
    const ended = new Promise((done) => follow.once('close', done));
    await until(
      () => seen.includes('"msg":"listening"'),
      () => `the last line, but: ${seen}`,
    );
    await one.hermes('down');
    await until(
      () => seen.includes('"msg":"stopping"'),
      () => `new lines, but: ${seen}`,
    );
    // As a terminal does: to the whole group.
    process.kill(-(follow.pid ?? 0), 'SIGINT');
    await ended;
    await removeScratches();
  });
});
