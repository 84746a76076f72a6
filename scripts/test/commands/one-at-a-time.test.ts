import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { until } from '../../../app/test/helpers/wait.js';
import { build } from './helpers/build.js';
import { processesOf } from './helpers/processes.js';
import { hermes } from './helpers/run.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

describe('a stack is started and stopped by one command at a time', function () {
  this.timeout(120_000);
  let one: Scratch;
  before(build);
  beforeEach(async () => {
    one = await scratch();
  });
  afterEach(removeScratches);

  it('when three operators start it at once: there is one stack', async () => {
    const runs = await Promise.all([one.hermes('up'), one.hermes('up'), one.hermes('up')]);
    assert.deepEqual(
      runs.map(({ code }) => code),
      [0, 0, 0],
    );
    const said = runs.map(({ stdout }) => /Monitor Hermes is up( already)?/.exec(stdout)?.[1] ?? 'started');
    assert.deepEqual(said.sort(), [' already', ' already', 'started']);
    const supervisors = processesOf(one.root).filter(({ command }) => command.includes('supervisor.js'));
    assert.equal(supervisors.length, 1);
  });

  it('when one was killed in the middle: the next ones go on', async () => {
    const dead = { pid: 4_194_303, started: 'long ago' };
    mkdirSync(one.at('.hermes'));
    writeFileSync(one.at('.hermes/lock'), JSON.stringify({ host: hostname(), ...dead }));
    writeFileSync(one.at('.hermes/lock.broken'), JSON.stringify(dead));
    const runs = await Promise.all([one.hermes('up'), one.hermes('up')]);
    assert.deepEqual(
      runs.map(({ code }) => code),
      [0, 0],
    );
  });

  it('when an operator interrupts `up`: what it had started is stopped again', async () => {
    const [node = '', script = ''] = hermes;
    const up = spawn(node, [script, 'up'], {
      env: { PATH: process.env.PATH, ...one.environment } as NodeJS.ProcessEnv,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    up.stderr.on('data', (text) => {
      stderr += text;
    });
    const ended = new Promise((done) => up.once('close', done));
    await until(
      () => existsSync(one.at('.hermes/run/state.json')) && one.pid('app') > 0,
      () => 'the start of the app',
    );
    const app = one.pid('app');
    process.kill(app, 'SIGSTOP');
    up.kill('SIGINT');
    process.kill(app, 'SIGCONT');
    assert.equal(await ended, 1);
    assert.match(stderr, /^interrupted; what was started is stopped again$/m);
    assert.deepEqual(processesOf(one.root), []);
  });

  it('when `down` comes during an `up`: it waits, and the stack is down then', async () => {
    const up = one.hermes('up');
    while (!existsSync(one.at('.hermes/lock'))) await new Promise(setImmediate);
    const down = await one.hermes('down');
    assert.match(down.stderr, /^another command \(pid \d+\) starts or stops the stack: waiting for it$/);
    assert.equal(down.stdout, 'Monitor Hermes is down.');
    assert.equal((await up).code, 0);
  });
});
