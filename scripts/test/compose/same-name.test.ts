import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { build } from '../commands/helpers/build.js';
import { removeScratches, scratch } from '../commands/helpers/scratch.js';
import { ContainerStack } from './helpers/container-stack.js';
import { docker } from './helpers/docker.js';
import { describeOnEngine, image, startPatience } from './helpers/engine.js';

describeOnEngine('Another folder with the name of this Compose project', function () {
  this.timeout(startPatience);
  let stack: ContainerStack;

  before(async () => {
    await build();
    stack = await ContainerStack.prepare();
  });
  after(async () => {
    await stack?.remove();
    await removeScratches();
  });

  it('is refused in a line, and touches nothing', async () => {
    // All that is looked at is what the engine says of its containers: one that was made stands for a whole stack.
    const labels = [`com.docker.compose.project=${stack.name}`, `monitor-hermes.folder=${stack.one.root}`];
    const options = labels.flatMap((label) => ['--label', label]);
    const id = await docker('create', ...options, await image(), 'none');
    const other = await scratch({ environment: { ENGINE: 'docker', COMPOSE_PROJECT: stack.name } });
    const { code, all } = await other.hermes('up');
    assert.notEqual(code, 0);
    assert(
      all.includes(`the Compose project ${stack.name} is that of the stack in ${stack.one.root}\n`),
      all,
    );
    assert.deepEqual(
      (await stack.containers()).map(({ Id }) => Id),
      [id.trim()],
    );
    for (const name of ['certs', '.hermes/build', '.hermes/run/containers.json'])
      assert(!existsSync(other.at(name)), name);
  });
});
