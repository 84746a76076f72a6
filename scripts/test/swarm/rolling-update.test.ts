import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { execa } from 'execa';
import { until } from '../../../app/test/helpers/wait.js';
import { startPatience } from '../compose/helpers/engine.js';
import { Fleet } from '../compose/helpers/fleet.js';
import { describeOnOwnEngine } from '../containers/helpers/dockerd.js';
import { SiteOnSwarm } from './helpers/site-on-swarm.js';

/** On each node. */
const clients = 40;

describeOnOwnEngine('A release to a swarm of two nodes', function () {
  this.timeout(startPatience);
  let site: SiteOnSwarm;
  const images = { a: '', b: '', bad: '' };

  before(async () => {
    site = await SiteOnSwarm.begin(2);
    images.a = await site.release('a');
    images.b = await site.release('b');
    images.bad = await site.release('bad', await mute(site));
  });
  after(() => site?.end());

  const all = async () => [...(await site.containers('app')), ...(await site.containers('proxy'))].flat();
  const imagesOn = async () =>
    (await site.containers('app')).map((of) => of.map(({ Config }) => Config.Image));
  // Swarm puts each new one where the fewest are, and that may be the same node twice.
  const imagesOf = async () => (await imagesOn()).flat();

  it('has an instance and a proxy on each, and every proxy leads to a WebSocket', async () => {
    await site.made('deploy', `IMAGE=${images.a}`);
    assert.deepEqual(await imagesOn(), [[images.a], [images.a]]);
    assert.deepEqual(
      (await site.containers('proxy')).map(({ length }) => length),
      [1, 1],
    );
    for (const way of site.ways) await (await way.connect()).end();
  });

  it('runs everything unprivileged, on file systems that are read-only, with bounds', async () => {
    for (const { Config, HostConfig } of await all()) {
      assert.match(Config.User, /^[1-9]\d*:[1-9]\d*$/);
      assert.equal(HostConfig.ReadonlyRootfs, true);
      assert.deepEqual(HostConfig.CapDrop, ['ALL']);
      assert(HostConfig.Memory > 0 && HostConfig.PidsLimit === 128);
    }
  });

  it('shows its secrets nowhere', async () => {
    const { manager, nodes } = site.swarm;
    const seen: string[] = [];
    for (const node of nodes)
      for (const id of await node.lines('ps', '--quiet', '--filter', 'label=com.docker.swarm.service.name'))
        seen.push(await node.docker('inspect', id), await node.docker('top', id, '-eo', 'pid,args'));
    const stack = ['--filter', `label=com.docker.stack.namespace=${site.stack.name}`];
    for (const kind of ['service', 'config'])
      for (const id of await manager.lines(kind, 'ls', '--quiet', ...stack)) {
        const text = await manager.docker(kind, 'inspect', id);
        seen.push(text, Buffer.from(JSON.parse(text)[0].Spec.Data ?? '', 'base64').toString());
      }
    const { JWT_SECRET_KEY = '', SERVICE_API_KEY = '' } = site.stack.one.secrets;
    assert(seen.length > 8 && JWT_SECRET_KEY.length >= 32 && SERVICE_API_KEY.length >= 16);
    for (const text of seen)
      for (const secret of [JWT_SECRET_KEY, SERVICE_API_KEY]) assert(!text.includes(secret));
  });

  it(`loses nothing and doubles nothing for ${clients} clients of each node while every instance is replaced, and back`, async () => {
    const fleets = await Promise.all(site.ways.map((way) => Fleet.start(way, clients)));
    try {
      await Promise.all(fleets.map((fleet) => fleet.begin()));
      await site.made('deploy', `IMAGE=${images.b}`);
      assert.deepEqual(await imagesOf(), [images.b, images.b]);
      const said = await site.made('rollback');
      assert.match(said, /\n\S+-a serves; make rollback ENGINE=swarm leads back to \S+-b\.$/);
      assert.deepEqual(await imagesOf(), [images.a, images.a]);
      for (const fleet of fleets) {
        await fleet.afterwards(20);
        await fleet.assertComplete();
        const closed = fleet.clients.flatMap(({ closeCodes }) => closeCodes);
        process.stdout.write(
          `      ${fleet.published.length} uplinks to ${clients} clients: 0 lost, 0 doubled, ${closed.length} reconnects\n`,
        );
        // All were on an instance that went, twice; some came to the other one of those first.
        assert(closed.length >= 2 * clients, `${closed.length}`);
        assert.deepEqual([...new Set(closed)], [1012]);
      }
    } finally {
      await Promise.all(fleets.map((fleet) => fleet.end()));
    }
  });

  it('lists its releases, whoever asks', async () => {
    const { current, previous, releases } = JSON.parse(await site.made('releases', 'JSON=1'));
    assert.match(current, /-a$/);
    assert.match(previous, /-b$/);
    assert.deepEqual(
      releases.map(({ id, image }: { id: string; image: string }) => [id, image]),
      [
        [current, images.a],
        [previous, images.b],
      ],
    );
    assert.match(await site.made('releases'), /^before +\S+-b .*\nserves +\S+-a /m);
  });

  it('goes back, with every socket kept, when a release looks healthy but upgrades nothing', async () => {
    const kept = await Promise.all(
      site.ways.flatMap((way) => Array.from({ length: 5 }, () => way.connect())),
    );
    const { code, all: said } = await site.make('deploy', `IMAGE=${images.bad}`);
    assert.notEqual(code, 0);
    assert.match(said, /Swarm gave up the update: \S+_app: ./);
    // What it had to say for itself.
    assert.match(said, /^mute as it is$/m);
    assert.deepEqual(
      (await imagesOf()).filter((name) => name !== images.bad),
      [images.a, images.a],
    );
    for (const { socket } of kept) assert.equal(socket.readyState, socket.OPEN);
    await Promise.all(kept.map((client) => client.end()));
    assert.doesNotMatch(await site.made('releases'), /-bad/);
  });

  it('serves a renewed certificate on every node, and closes no socket', async () => {
    const kept = await Promise.all(
      site.ways.flatMap((way) => Array.from({ length: 5 }, () => way.connect())),
    );
    const prints = async () => {
      const { certificates } = JSON.parse(await site.made('status', 'JSON=1'));
      return certificates.map(({ fingerprint }: { fingerprint: string }) => fingerprint);
    };
    const [before, same] = await prints();
    assert.equal(before, same);
    await site.renew('--force');
    const renewed = new X509Certificate(site.stack.one.read('certs/live/localhost/fullchain.pem'))
      .fingerprint256;
    assert.notEqual(renewed, before);
    await until(
      async () => (await prints()).every((print: string) => print === renewed),
      () => `${renewed} on both nodes`,
      30_000,
      1_000,
    );
    for (const { socket } of kept) assert.equal(socket.readyState, socket.OPEN);
    await Promise.all(kept.map((client) => client.end()));
  });

  it('says how it is, and shows what its tasks say', async () => {
    const text = await site.made('status');
    assert.match(text, /^\S+-a serves\.\n/);
    for (const { address } of site.swarm.nodes) assert.match(text, new RegExp(`node .*${address}: ready`));
    assert.match(text, /_app: 2 of 2, /);
    assert.match(text, /_proxy: 2 of 2, nginx:/);
    assert.match(await site.made('logs', 'FOLLOW=0'), /_app\.\d\.\S+ +\| .*listening/);
  });

  it('is told from a swarm that is not well, and from one that has nothing', async () => {
    const [, worker] = site.swarm.nodes;
    await worker?.crash();
    await until(
      async () => /: down, worker/.test((await site.make('status')).all),
      () => 'a node that is down',
      60_000,
      1_000,
    );
    const { code, all: said } = await site.make('rollback', 'TO=nothing');
    assert.notEqual(code, 0);
    assert.match(said, /there is no release nothing there\n {2}→ `make releases/);
    const other = ['COMPOSE_PROJECT=hermes-test-none'];
    assert.match((await site.make('rollback', ...other)).all, /nothing was deployed there yet/);
    assert.match((await site.make('logs', ...other)).all, /nothing was deployed there yet/);
    assert.match(await site.made('releases', ...other), /No release is there yet/);
  });
});

/** An image that says it is ready, and destroys whatever upgrades. @returns its name at the manager */
async function mute({ swarm, built }: SiteOnSwarm): Promise<string> {
  const server = `require('node:http').createServer((_, answer) => answer.end('{}')).on('upgrade', (_, socket) => socket.destroy())`;
  const program = `process.on('SIGTERM', () => process.exit()); console.log('mute as it is'); ${server}.listen(5000)`;
  const input = `FROM ${built}\nCMD ${JSON.stringify(['-e', program])}\n`;
  await execa('docker', ['build', '--quiet', '--tag', 'mute', '-'], {
    input,
    env: swarm.manager.environment,
  });
  return 'mute';
}
