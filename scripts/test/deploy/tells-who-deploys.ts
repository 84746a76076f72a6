import assert from 'node:assert/strict';
import { execa } from 'execa';
import { until } from '../../../app/test/helpers/wait.js';
import { processesOf } from '../commands/helpers/processes.js';
import { assertAnswers, assertNextSucceeds, at, begin } from './helpers/deploy-under-way.js';
import type { Scene } from './on-a-host.js';

/** Milliseconds for what a busy machine may take its time for. */
const patience = 120_000;

/** What an operator sees of a host, and of who else deploys there. */
export function itTellsWhoDeploys(scene: () => Scene): void {
  it('shows the last lines of the app that serves and of what is around it', async () => {
    const { code, stdout, stderr } = await scene().site.hermes('logs', '--no-follow', '--lines', '20');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^app-\S+-a-1 +\| .*listening/m);
    assert.match(stdout, /^redis-1 +\| /m);
    assert.match(stdout, /^proxy-1 +\| /m);
  });

  it('follows the logs, and leaves nothing behind on the host when that is over', async () => {
    const { site } = scene();
    const [program = '', ...words] = site.words('logs', '--lines', '1');
    const following = execa(program, words, {
      env: site.environment(),
      stdin: 'ignore',
      reject: false,
      detached: true,
      buffer: false,
    });
    let seen = '';
    following.stdout.on('data', (chunk) => {
      seen += chunk;
    });
    const there = () => processesOf(`${site.root}/releases`).length;
    try {
      await until(
        () => /^app-/m.test(seen) && /^redis-1/m.test(seen) && there() > 0,
        () => `the logs, not ${seen}`,
        patience,
      );
      process.kill(-(following.pid ?? 0), 'SIGINT');
      await following;
      await until(
        () => there() === 0,
        () => `an end of ${JSON.stringify(processesOf(`${site.root}/releases`))}`,
        patience,
        200,
      );
    } finally {
      following.kill('SIGKILL');
    }
  });

  it('has the lock taken by an operator who is told from whom; the deploy ends, and changes nothing more', async () => {
    const { site, images } = scene();
    const nobody = await site.hermes('unlock');
    assert.equal(nobody.stdout, 'Nobody had the lock.', nobody.all);
    const deploy = begin(site, images.b);
    assert(await at(deploy, site, 'start'));
    const second = await site.deploy(images.b);
    assert.equal(second.code, 1);
    assert.match(second.stderr, /another deploy is under way there: \S+@\S+ since \d{4}-/);
    assert.match((await site.hermes('status')).all, /\S+@\S+ since \d{4}-/);
    const { code, stdout, all } = await site.hermes('unlock');
    assert.equal(code, 0, all);
    assert.match(stdout, /^The lock was taken from \S+@\S+ since \d{4}-\S+\.$/);
    const ended = await deploy;
    assert.equal(ended.exitCode, 1);
    assert.match(ended.all, /the lock of the host is lost: `make unlock`/);
    assert.match(ended.all, /run this again: it puts in order what is left/);
    await assertAnswers(site);
    await assertNextSucceeds(scene());
  });
}
