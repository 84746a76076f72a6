import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../../../app/test/helpers/wait.js';
import type { StackPlan } from '../../src/stack/plan.js';
import { build } from './helpers/build.js';
import { hermes } from './helpers/run.js';
import { removeScratches, scratch } from './helpers/scratch.js';

const supervisor = fileURLToPath(new URL('../../../dist/scripts/src/stack/supervisor.js', import.meta.url));
const limit = { bytes: 20_000, kept: 2 };

describe('logs', function () {
  this.timeout(60_000);
  before(build);

  describe('are bounded', () => {
    let root: string;
    let logs: string;
    let stop: () => Promise<void>;

    before(async () => {
      root = mkdtempSync(join(tmpdir(), 'hermes-commands-'));
      logs = join(root, '.hermes/logs');
      for (const folder of ['logs', 'run']) mkdirSync(join(root, '.hermes', folder), { recursive: true });
      stop = supervise(root, join(logs, 'access.log'));
    });
    after(async () => {
      await stop();
      rmSync(root, { recursive: true });
    });

    it('where the supervisor writes them, with so many older ones kept', async () => {
      await until(
        () => readdirSync(logs).filter((name) => name.endsWith('app.log')).length > limit.kept,
        () => 'rotations',
        20_000,
      );
      await until(
        () => sizes(/app\.log$/).length <= limit.kept + 1,
        () => `no more than ${limit.kept} older ones: ${readdirSync(logs)}`,
      );
      // A log is rotated when it has outgrown the limit, by one chunk at most.
      for (const size of sizes(/app\.log$/)) assert(size < limit.bytes + 70_000, String(size));
    });

    it('where a process appends to them by itself, in place', async () => {
      const path = join(logs, 'access.log');
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
      assert.match(readFileSync(join(logs, 'access.1.log'), 'utf8'), /^three\n/);
      assert.match(readFileSync(join(logs, 'access.2.log'), 'utf8'), /^two\n/);
      assert.equal(sizes(/^access\.\d\.log$/).length, limit.kept);
    });

    const sizes = (names: RegExp) =>
      readdirSync(logs)
        .filter((name) => names.test(name))
        .map((name) => statSync(join(logs, name), { throwIfNoEntry: false })?.size ?? 0);
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

  /** A supervisor of a process that writes without end, in place of the stack. */
  function supervise(root: string, appended: string): () => Promise<void> {
    const plan: StackPlan = {
      root,
      fingerprint: '',
      served: {} as StackPlan['served'],
      stopGrace: 1_000,
      logLimit: limit,
      appendedLogs: [appended],
      processes: [{ name: 'app', command: 'yes', args: ['a line of a log'], stopSignal: 'SIGTERM' }],
    };
    writeFileSync(join(root, 'plan.json'), JSON.stringify(plan));
    const child = spawn(process.execPath, [supervisor, join(root, 'plan.json')], { stdio: 'inherit' });
    const ended = new Promise<void>((done) => child.once('close', () => done()));
    return () => {
      child.kill('SIGTERM');
      return ended;
    };
  }
});
