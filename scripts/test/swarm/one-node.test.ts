import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { makeEnvFile } from '../../src/env-file/generate.js';
import { projectAt } from '../../src/project.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { ContainerStack } from '../compose/helpers/container-stack.js';
import { image, startPatience } from '../compose/helpers/engine.js';
import { describeOnOwnEngine } from '../containers/helpers/dockerd.js';
import { Outside } from './helpers/outside.js';
import { TestSwarm } from './helpers/swarm.js';
import { throughNode } from './helpers/through-node.js';

describeOnOwnEngine('A release to the host that it is typed on, as the only node of a swarm', function () {
  this.timeout(startPatience);
  let swarm: TestSwarm;
  let stack: ContainerStack;
  let built: string;

  before(async () => {
    built = await image();
    swarm = await TestSwarm.begin(1);
    await swarm.manager.load(built);
    stack = await ContainerStack.prepare({ ENGINE: 'swarm', ...swarm.manager.environment });
    const { settings } = await Outside.start(stack.name, swarm.manager);
    Object.assign(stack.one.environment, settings);
    await makeEnvFile(projectAt(stack.one.root).envFile);
  });
  after(async () => {
    await swarm?.end();
    await removeScratches();
  });

  /** As typed there: `127.0.0.1` is that of its machine. */
  const make = (...words: string[]) =>
    stack.one.run([...swarm.manager.machine.onNetwork, 'make', '--silent', '-C', projectRoot, ...words]);

  /** What tasks are made from, service by service. */
  const specifications = async () => {
    const label = `label=com.docker.stack.namespace=${stack.name}`;
    const ids = await swarm.manager.lines('service', 'ls', '--quiet', '--filter', label);
    const services: { readonly Spec: { readonly Name: string; readonly TaskTemplate: object } }[] =
      JSON.parse(await swarm.manager.docker('service', 'inspect', ...ids));
    return services
      .map(({ Spec: { Name, TaskTemplate } }) => ({ Name, TaskTemplate }))
      .sort((a, b) => a.Name.localeCompare(b.Name));
  };

  it('makes a certificate of the local CA, and takes an image that no registry has', async () => {
    const { code, all } = await make('deploy', `IMAGE=${built}`);
    assert.equal(code, 0, all);
    assert.match(all, /Certificate: local CA created, certificate issued/);
    assert.match(all, /WebSocket: answers in/);
    await (await throughNode(stack, swarm.manager).connect()).end();
    const status = await make('status');
    assert.equal(status.code, 0, status.all);
    assert.match(status.all, /certificate .*: \d+ days left$/m);
  });

  it('has nothing to go back to yet', async () => {
    const { code, all } = await make('rollback');
    assert.notEqual(code, 0);
    assert.match(all, /there is no release before this one/);
  });

  it('goes back over several releases, with the settings, secrets and configuration of that one', async () => {
    const first = await specifications();
    const { current } = JSON.parse((await make('releases', 'JSON=1')).all);
    // A Fernet key.
    const key = `${randomBytes(32).toString('base64url')}=`;
    appendFileSync(stack.one.at('.env'), `\nWS_SECRET=${key}\nTLS_POLICY=modern\n`);
    for (const level of ['LOG_LEVEL=debug', 'LOG_LEVEL=warn']) {
      const { code, all } = await make('deploy', `IMAGE=${built}`, level);
      assert.equal(code, 0, all);
    }
    const last = JSON.stringify(await specifications());
    assert.match(last, /LOG_LEVEL=warn/);
    assert.match(last, /_WS_SECRET_/);
    const { code, all } = await make('rollback', `TO=${current}`);
    assert.equal(code, 0, all);
    assert.deepEqual(await specifications(), first);
  });

  it('is taken away whole, its releases too', async () => {
    assert.match((await make('releases')).all, /^serves /m);
    await swarm.manager.docker('stack', 'rm', stack.name);
    assert.match((await make('releases')).all, /No release is there yet/);
    for (const kind of ['config', 'secret'])
      assert.deepEqual(await swarm.manager.lines(kind, 'ls', '--quiet'), []);
  });

  it('is told how to make a swarm where there is none', async () => {
    await swarm.manager.docker('swarm', 'leave', '--force');
    for (const verb of ['deploy', 'rollback', 'releases', 'status', 'logs']) {
      const { code, all } = await make(verb, `IMAGE=${built}`);
      assert.notEqual(code, 0, verb);
      assert.match(all, /manages no swarm\n {2}→ make it one with `docker swarm init`/, `${verb}: ${all}`);
    }
  });
});
