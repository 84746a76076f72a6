import assert from 'node:assert/strict';
import { execa } from 'execa';
import { loadSettings } from '../../../app/src/settings/load.js';
import { makeEnvFile } from '../../src/env-file/generate.js';
import { projectAt } from '../../src/project.js';
import { releaseToSwarm } from '../../src/swarm/release.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { ContainerStack } from '../compose/helpers/container-stack.js';
import { docker, inspect, lines } from '../compose/helpers/docker.js';
import { describeOnEngine, image, startPatience } from '../compose/helpers/engine.js';
import { Fleet } from '../compose/helpers/fleet.js';
import { type Sshd, startSshd } from '../remote/helpers/sshd.js';
import { Outside } from './helpers/outside.js';
import { removeStack, TestSwarm } from './helpers/swarm.js';

const clients = 80;

describeOnEngine('A release to a swarm', function () {
  this.timeout(startPatience);
  let swarm: TestSwarm | undefined;
  let outside: Outside | undefined;
  let sshd: Sshd | undefined;
  let stack: ContainerStack;
  let fleet: Fleet | undefined;
  const images = { a: '', b: '', bad: '' };

  before(async () => {
    images.a = await image();
    swarm = await TestSwarm.begin();
    stack = await ContainerStack.prepare({ ENGINE: 'swarm', APP_REPLICAS: '2', DRAIN_SECONDS: '3' });
    images.b = `${stack.name}:b`;
    images.bad = `${stack.name}:bad`;
    await docker('tag', images.a, images.b);
    [outside, sshd] = await Promise.all([Outside.start(stack.name), startSshd()]);
    Object.assign(stack.one.environment, outside.settings);
    await makeEnvFile(projectAt(stack.one.root).envFile);
  });
  after(async () => {
    await fleet?.end();
    if (stack && swarm) await removeStack(stack.name);
    await outside?.stop();
    await sshd?.server.stop();
    await swarm?.end();
    await docker('rmi', ...[images.b, images.bad].filter(Boolean)).catch(() => {});
    await removeScratches();
  });

  /** @param host absent: the engine of this host is asked without a detour */
  const deploy = (name: string, host?: string) => {
    const { root, environment } = stack.one;
    const byTunnel = { SSH_CONFIG: sshd?.config ?? '', SWARM_CERTS: `${root}/certs` };
    return releaseToSwarm({
      project: projectAt(root),
      loaded: loadSettings({ folder: root, environment: { ...environment, ...(host && byTunnel) } }),
      host,
      wanted: { image: name, build: async () => {} },
      interrupted: new AbortController().signal,
    });
  };

  const containersOf = async (service: string) =>
    inspect(
      await lines(
        'ps',
        '--quiet',
        '--no-trunc',
        '--filter',
        `label=com.docker.swarm.service.name=${stack.name}_${service}`,
      ),
    );
  const imagesOf = async () => (await containersOf('app')).map(({ Config }) => Config.Image);

  it('starts instances and a proxy, which answers a WebSocket', async () => {
    await deploy(images.a);
    assert.deepEqual(await imagesOf(), [images.a, images.a]);
    fleet = await Fleet.start(stack, clients);
    await fleet.begin();
  });

  it('runs everything unprivileged, on file systems that are read-only, with bounds', async () => {
    for (const { Config, HostConfig } of [...(await containersOf('app')), ...(await containersOf('proxy'))]) {
      assert.match(Config.User, /^[1-9]\d*:[1-9]\d*$/);
      assert.equal(HostConfig.ReadonlyRootfs, true);
      assert.deepEqual(HostConfig.CapDrop, ['ALL']);
      assert(HostConfig.Memory > 0 && HostConfig.PidsLimit === 128);
    }
  });

  it('shows its secrets nowhere', async () => {
    const ids = [...(await containersOf('app')), ...(await containersOf('proxy'))].map(({ Id }) => Id);
    const services = await lines(
      'service',
      'ls',
      '--quiet',
      '--filter',
      `label=com.docker.stack.namespace=${stack.name}`,
    );
    const seen = await Promise.all([
      docker('inspect', ...ids, ...services),
      ...ids.map((id) => docker('top', id, '-eo', 'pid,args')),
    ]);
    const { JWT_SECRET_KEY = '', SERVICE_API_KEY = '' } = stack.one.secrets;
    assert(JWT_SECRET_KEY.length >= 32 && SERVICE_API_KEY.length >= 16);
    for (const text of seen)
      for (const secret of [JWT_SECRET_KEY, SERVICE_API_KEY]) assert(!text.includes(secret));
  });

  it(`loses nothing and doubles nothing for ${clients} clients while every instance is replaced, by ssh`, async () => {
    assert(fleet);
    const before = fleet.published.length;
    assert(sshd);
    await deploy(images.b, sshd.host);
    await fleet.afterwards(20);
    await fleet.assertComplete();
    assert.deepEqual(await imagesOf(), [images.b, images.b]);
    const closed = fleet.clients.flatMap(({ closeCodes }) => closeCodes);
    process.stdout.write(
      `      ${fleet.published.length - before} uplinks to ${clients} clients: 0 lost, 0 doubled, ${closed.length} reconnects\n`,
    );
    // All were on an instance that went; some came to the other one of those first.
    assert(closed.length >= clients, `${closed.length}`);
    assert.deepEqual([...new Set(closed)], [1012]);
    await fleet.end();
    fleet = undefined;
  });

  it('goes back, with every socket kept, when a release looks healthy but upgrades nothing', async () => {
    const program = `require('node:http').createServer((_, answer) => answer.end('{}')).on('upgrade', (_, socket) => socket.destroy()).listen(5000)`;
    const file = `FROM ${images.a}\nCMD ${JSON.stringify(['-e', program])}\n`;
    await execa('docker', ['build', '--quiet', '--tag', images.bad, '-'], { input: file });
    const kept = await Promise.all(Array.from({ length: 10 }, () => stack.one.connect()));
    await assert.rejects(deploy(images.bad), /Swarm gave up the update/);
    assert.deepEqual(await imagesOf().then((all) => all.filter((name) => name !== images.bad)), [
      images.b,
      images.b,
    ]);
    for (const { socket } of kept) assert.equal(socket.readyState, socket.OPEN);
    await Promise.all(kept.map((client) => client.end()));
  });
});
