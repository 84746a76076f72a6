import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { build } from '../commands/helpers/build.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { ContainerStack } from './helpers/container-stack.js';
import { describeOnEngine, image, startPatience } from './helpers/engine.js';

describeOnEngine('make up over a stack in containers that runs', function () {
  this.timeout(startPatience);
  let stack: ContainerStack;

  before(async () => {
    await Promise.all([build(), image()]);
    stack = await ContainerStack.prepare();
    await stack.up();
  });
  after(async () => {
    await stack?.remove();
    await removeScratches();
  });

  const ids = async (service?: string) => (await stack.containers(service)).map(({ Id }) => Id).sort();
  const status = async () => JSON.parse((await stack.one.hermes('status', '--json')).stdout);
  const read = (...names: string[]) => readFileSync(stack.one.at('.hermes', ...names), 'utf8');

  it('says so where nothing has changed, and does nothing', async () => {
    const before = await ids();
    assert.match(await stack.up(), /^Monitor Hermes is up already\.$/m);
    assert.deepEqual(await ids(), before);
  });

  it('shows every container and how it is', async () => {
    const { parts, ready } = await status();
    assert.equal(ready, true);
    for (const name of ['app-1', 'canary-1', 'proxy-1']) assert.equal(parts[name], 'ok', name);
    const { stdout } = await stack.one.hermes('status');
    assert.match(stdout, new RegExp(`${stack.name}-app-1 +Up .*\\(healthy\\)`));
  });

  it('brings the one before back, when the new one does not get ready', async () => {
    const proxy = await ids('proxy');
    const app = await ids('app');
    const files = ['run/containers.json', 'build/compose/stack.env', 'build/compose/app.env'];
    const before = files.map((file) => read(file));
    // Nothing listens there, so the new app never is ready; by then the one before has gone.
    const run = await stack.make('up', 'ENGINE=docker', 'REDIS_URL=redis://127.0.0.1:1');
    assert.notEqual(run.code, 0);
    assert.match(run.all, /^the new stack did not start; the one that ran before runs again, as it was$/m);
    assert.notDeepEqual(await ids('app'), app);
    assert.deepEqual(
      files.map((file) => read(file)),
      before,
    );
    assert.equal(read('secrets/BUS_URL'), '');
    assert.deepEqual(await ids('proxy'), proxy);
    const { ready } = await status();
    assert.equal(ready, true);
    await (await stack.one.connect()).end();
    assert.match(await stack.up(), /^Monitor Hermes is up already\.$/m);
  });
});
