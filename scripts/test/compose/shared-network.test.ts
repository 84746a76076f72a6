import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { build } from '../commands/helpers/build.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { ContainerStack } from './helpers/container-stack.js';
import { docker } from './helpers/docker.js';
import { describeOnEngine, image, startPatience } from './helpers/engine.js';

describeOnEngine('A network of others', function () {
  this.timeout(startPatience);
  const network = `hermes-others-${randomUUID().slice(0, 8)}`;
  let stack: ContainerStack;

  before(async () => {
    await Promise.all([build(), image()]);
    await docker('network', 'create', '--internal', network);
    stack = await ContainerStack.prepare({ DOCKER_NETWORK: network, STAGE: 'staging' });
    await stack.up();
  });
  after(async () => {
    await stack?.remove();
    await docker('network', 'rm', network);
    await removeScratches();
  });

  it('has the app as hermes:5000, also when the printed line was run by hand', async () => {
    assert.match(stack.line, /network-external\.yaml .*stage-staging\.yaml /);
    await stack.byLine();
    const program = `fetch('http://hermes:5000/health/ready').then((a) => a.text()).then((t) => console.log(t))`;
    const said = await docker('run', '--rm', '--network', network, await image(), '-e', program);
    assert.equal(JSON.parse(said).status, 'ready');
    await (await stack.one.connect()).end();
  });
});
