import assert from 'node:assert/strict';
import { build } from '../commands/helpers/build.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { whileStopped } from '../doctor/helpers/stopped.js';
import { assertFound, assertHealthy } from '../doctor/helpers/verdict.js';
import { ContainerStack } from './helpers/container-stack.js';
import { describeOnEngine, startPatience } from './helpers/engine.js';

describeOnEngine('make doctor, of a stack in containers', function () {
  this.timeout(startPatience);
  let stack: ContainerStack;

  before(async () => {
    await build();
    stack = await ContainerStack.prepare({ SERVICES: 'redis', MAX_CONNECTIONS: '200' });
    await stack.up();
  });
  after(async () => {
    await stack?.remove();
    await removeScratches();
  });

  const doctor = () => stack.one.hermes('doctor', '--json');

  it('finds nothing wrong, and opens a socket through the proxy', async () => {
    const { right } = assertHealthy(await doctor());
    assert.match(right.join('\n'), /^Handshake through nginx: open, ping answered/m);
    assert.match(right.join('\n'), /^Connections of a worker of nginx: \d+$/m);
    assert.match(right.join('\n'), /^Containers: \d+ run and are well$/m);
  });

  it('tells that a container does not run, and not what follows from it', async () => {
    const [redis] = await stack.containers('redis');
    await whileStopped(redis?.Id ?? '', doctor, (run) => assertFound(run, 'CONTAINER_UNWELL'));
  });

  it('tells that nothing runs', async () => {
    await stack.make('down');
    assertFound(await doctor(), 'STACK_DOWN');
  });
});
