import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { docker, inspect } from './helpers/docker.js';
import { describeOnEngine, image, startPatience } from './helpers/engine.js';
import { faultsOf, look } from './helpers/inspection.js';

/* An inspection that finds nothing may be a blind one: here is a container in which nothing is as it should be. */

const soft = [
  '--user=0',
  '--cap-add=NET_ADMIN',
  '--ipc=host',
  '--security-opt=seccomp=unconfined',
  '--publish=127.0.0.1::5000',
  '--volume=/var/run/docker.sock:/var/run/docker.sock:ro',
  '--device=/dev/null:/dev/other',
  '--no-healthcheck',
];

const all = [
  'published-port',
  'root',
  'privileged',
  'writable-root',
  'capability',
  'new-privileges',
  'unconfined',
  'host-namespace',
  'no-pids-limit',
  'no-memory-limit',
  'docker-socket',
  'unbounded-log',
  'no-health-check',
];

describeOnEngine('The inspection of containers', function () {
  this.timeout(startPatience);
  const started: string[] = [];

  const rules = async (...options: string[]) => {
    const idle = [await image(), '-e', 'setInterval(() => {}, 1e6)'];
    const name = `hermes-test-${randomUUID().slice(0, 8)}`;
    started.push(name);
    await docker(
      'run',
      '--detach',
      '--name',
      name,
      '--label=com.docker.compose.service=soft',
      ...options,
      ...idle,
    );
    const [container] = await inspect([name]);
    assert(container);
    return faultsOf(await look(container), 'proxy').map((fault) => fault.replace('soft: ', ''));
  };
  after(async () => {
    if (started.length > 0) await docker('rm', '--force', ...started);
  });

  it('finds each fault of a container that has them all', async () => {
    assert.deepEqual(await rules(...soft), all);
  });

  it('lets a label excuse what it names, with a reason, and nothing else', async () => {
    const reasons = [
      '--label=monitor-hermes.allow.root=it has to become several other users',
      '--label=monitor-hermes.allow.writable-root=well',
    ];
    assert.deepEqual(
      await rules(...soft, ...reasons),
      all.filter((rule) => rule !== 'root'),
    );
  });
});
