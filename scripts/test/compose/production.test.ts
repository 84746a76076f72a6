import assert from 'node:assert/strict';
import jwt from 'jsonwebtoken';
import { connect } from '../../../app/test/helpers/client.js';
import { until } from '../../../app/test/helpers/wait.js';
import { ArgumentWatch } from '../acme/helpers/argument-watch.js';
import { build } from '../commands/helpers/build.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { ContainerStack } from './helpers/container-stack.js';
import { docker } from './helpers/docker.js';
import { describeOnEngine, image, startPatience } from './helpers/engine.js';
import { Fleet } from './helpers/fleet.js';
import { faultsOf, look } from './helpers/inspection.js';
import { Kept, loseAndRestore } from './helpers/kept.js';
import { leaks, tracesOf } from './helpers/traces.js';

/** Run in the app's container: what its user of MongoDB may do, and what it is refused. */
const trespass = `
  const { MongoClient } = require('mongodb');
  const client = new MongoClient(require('node:fs').readFileSync(process.env.MONGO_URI_FILE, 'utf8'));
  (async () => {
    const own = client.db();
    const { databases } = await client.db('admin').command({ listDatabases: 1, nameOnly: true });
    const told = (promise) => promise.then(() => 'taken', (error) => error.message);
    const refusals = [
      await told(own.command({ createUser: 'x', pwd: 'x', roles: [] })),
      await told(client.db('others').collection('x').insertOne({})),
      await told(client.db('admin').collection('system.users').findOne({})),
    ];
    const others = databases.map(({ name }) => name).filter((name) => name !== own.databaseName);
    console.log(JSON.stringify({ own: (await own.command({ ping: 1 })).ok, others, refusals }));
    await client.close();
  })();
`;

/** Sockets that are opened at once, and the least and the most of them that each of three instances may get. */
const sockets = { count: 200, least: 40, most: 95 };

for (const proxy of ['nginx', 'traefik'])
  describeOnEngine(`A whole stack behind ${proxy}`, function () {
    this.timeout(startPatience);
    let stack: ContainerStack;
    let seen: readonly string[];

    before(async () => {
      await Promise.all([build(), image()]);
      stack = await ContainerStack.prepare({ PROXY: proxy, SERVICES: 'redis,mongo', STAGE: 'production' });
      const watch = new ArgumentWatch();
      const said = await stack.up().finally(async () => {
        seen = [...(await watch.stop())];
      });
      seen = [...seen, said];
    });
    after(async () => {
      await stack?.remove();
      await removeScratches();
    });

    it('is hardened in every container', async () => {
      const containers = await stack.containers();
      assert(containers.length >= 5, `${containers.length} containers`);
      const looks = await Promise.all(containers.map(look));
      assert.deepEqual(
        looks.flatMap((one) => faultsOf(one, 'proxy')),
        [],
      );
    });

    it('shows its secrets nowhere', async () => {
      const { one } = stack;
      const secrets = ['JWT_SECRET_KEY', 'SERVICE_API_KEY', 'REDIS_PASSWORD', 'MONGO_PASSWORD'].map(
        (key) => one.secrets[key] ?? '',
      );
      secrets.push(JSON.parse(one.read('.hermes/secrets/MONGO_APP_USER')).password);
      assert(secrets.every(({ length }) => length >= 32));
      // A token in the query, accepted or not, is what logs like to quote.
      const tokens = [one.secrets.JWT_SECRET_KEY ?? '', 'w'.repeat(40)].map((key) =>
        jwt.sign({ user_id: 'u1' }, key, { expiresIn: '1h' }),
      );
      for (const each of tokens) {
        const url = `wss://localhost:${one.ports.https}/ws?token=${each}`;
        const client = await connect(url, [], { ca: one.ca }).catch(() => undefined);
        await client?.end();
      }
      const looks = await Promise.all((await stack.containers()).map(look));
      const pids = looks.flatMap(({ processes }) => processes.map(({ pid }) => pid));
      const traces = await tracesOf(stack, pids);
      for (const name of ['docker history', 'docker logs', 'cmdline', 'docker inspect', '.hermes/build'])
        assert(
          traces.some((trace) => trace.name.includes(name)),
          name,
        );
      traces.push(
        ...seen.map((content) => ({ name: `seen during make up: ${content.slice(0, 40)}`, content })),
      );
      assert.deepEqual(leaks(traces, [...secrets, ...tokens]), []);
    });

    it('lets the app into its own database of MongoDB, and no further', async () => {
      const [app] = await stack.containers('app');
      const { own, others, refusals } = JSON.parse(
        await docker('exec', app?.Id ?? '', 'node', '-e', trespass),
      );
      assert.deepEqual({ own, others }, { own: 1, others: [] });
      assert.equal(refusals.length, 3);
      for (const refusal of refusals) assert.match(refusal, /not authorized/);
    });

    describe('with three instances of the app, by the line that `make up` printed', () => {
      let fleet: Fleet;
      before(async () => {
        await stack.byLine('--scale', 'app=3');
        assert.equal((await stack.containers('app')).length, 3);
        await eachServes(
          stack,
          (await stack.containers('app')).map(({ Id }) => Id),
        );
        fleet = await Fleet.start(stack, sockets.count);
      });
      after(() => fleet?.end());

      it(`shares ${sockets.count} sockets about evenly that are opened at once`, async () => {
        const shares = await connections(stack);
        assert.equal(shares.size, 3);
        for (const share of shares.values())
          assert(share >= sockets.least && share <= sockets.most, `${[...shares.values()]}`);
      });

      it('loses no message when one of them is made anew, and only its own clients notice', async () => {
        await fleet.begin();
        const [[victim = '', held = 0] = []] = await connections(stack);
        await docker('stop', victim);
        await docker('rm', '--volumes', victim);
        const others = new Set((await stack.containers('app')).map(({ Id }) => Id));
        await stack.byLine('--scale', 'app=3');
        const ids = (await stack.containers('app')).map(({ Id }) => Id);
        await eachServes(
          stack,
          ids.filter((id) => !others.has(id)),
        );
        await fleet.afterwards(20);
        await fleet.assertComplete();
        const moved = fleet.clients.filter(({ closeCodes }) => closeCodes.length > 0);
        // A probe of the canary may have been among those it held.
        assert(moved.length <= held && moved.length >= held - 2, `${moved.length} clients moved, of ${held}`);
        assert.deepEqual([...new Set(moved.flatMap(({ closeCodes }) => closeCodes))], [1012]);
      });
    });

    // The tests of a suite come before those of suites in it.
    describe('in the end', () => {
      if (proxy === 'nginx')
        it('has everything back after a backup, the loss of its volumes, and a restore', async () => {
          const kept = await Kept.publish(stack);
          await loseAndRestore(stack);
          await stack.up();
          await kept.assertThere();
        });

      it('goes down and leaves nothing but its volumes', async () => {
        const { code, all } = await stack.make('down');
        assert.equal(code, 0, all);
        assert.deepEqual(await stack.left(), { containers: [], networks: [], processes: [] });
        assert.deepEqual((await stack.volumes()).map((name) => name.replace(`${stack.name}_`, '')).sort(), [
          'data',
          'mongo',
          'mongo-config',
          'redis',
        ]);
      });
    });
  });

/** Sockets that each instance of the app holds, by the id of its container. */
async function connections(stack: ContainerStack): Promise<Map<string, number>> {
  const ids = (await stack.containers('app')).map(({ Id }) => Id);
  return new Map(
    await Promise.all(ids.map(async (id) => [id, await stack.metric(id, 'hermes_connections')] as const)),
  );
}

/** Waits until the proxy knows these instances of the app: each of them gets clients, as those with the fewest do. */
async function eachServes(stack: ContainerStack, ids: readonly string[]): Promise<void> {
  assert(ids.length > 0);
  const { one } = stack;
  const served = () => Promise.all(ids.map((id) => stack.metric(id, 'hermes_handshakes_total')));
  const before = await served();
  await until(
    async () => {
      const clients = await Promise.all(Array.from({ length: 9 }, () => one.connect()));
      await Promise.all(clients.map((client) => client.end()));
      const after = await served();
      return after.every((count, index) => count > (before[index] ?? 0));
    },
    () => 'clients of each instance of the app',
    90_000,
    200,
  );
}
