import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { build } from '../commands/helpers/build.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { ContainerStack } from './helpers/container-stack.js';
import { describeOnEngine, image, startPatience } from './helpers/engine.js';
import { faultsOf, look } from './helpers/inspection.js';
import { Kept, loseAndRestore } from './helpers/kept.js';

/** The engine's, unless another one is named. */
const socket = (process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock').replace('unix://', '');

/** Who may only read the checkout: git takes it for another user's, and does not look at it unless it is told to. */
const trust = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: projectRoot };

describeOnEngine('An unprivileged user whom Docker lets in', function () {
  this.timeout(startPatience);
  let stack: ContainerStack;

  before(async function () {
    // A checkout in a folder that is closed to others cannot be run by them.
    if ((statSync(projectRoot).mode & 0o001) === 0) this.skip();
    await Promise.all([build(), image()]);
    stack = await ContainerStack.prepare(trust, { unprivileged: true, groups: [statSync(socket).gid] });
    await stack.up();
  });
  after(async () => {
    await stack?.remove();
    await removeScratches();
  });

  it('can do everything, and no container is root', async () => {
    await (await stack.one.connect()).end();
    const looks = await Promise.all((await stack.containers()).map(look));
    assert.deepEqual(
      looks.flatMap((one) => faultsOf(one, 'proxy')),
      [],
    );
    for (const verb of ['status', 'certs', 'config']) {
      const { code, all } = await stack.make(verb);
      assert.equal(code, 0, all);
    }
    const { code, all } = await stack.make('renew', 'FORCE=1');
    assert.equal(code, 0, all);
    assert.match(all, /served as on disk/);
  });

  it('has the embedded data back after a backup, the loss of its volume, and a restore', async () => {
    const kept = await Kept.publish(stack);
    const file = await loseAndRestore(stack);
    await stack.up();
    await kept.assertThere();
    // What is there already is not replaced unless one says so, and not while it is in use.
    const running = await stack.make('restore', `FROM=${file}`, 'FORCE=1', 'RUNNING=1');
    assert.match(running.all, /stack is running with embedded data/);
    await stack.make('down');
    const twice = await stack.make('restore', `FROM=${file}`);
    assert.match(twice.all, /there is something already: .*embedded data/);
    assert.deepEqual(await stack.left(), { containers: [], networks: [], processes: [] });
  });
});
