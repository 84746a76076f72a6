import assert from 'node:assert/strict';
import jwt from 'jsonwebtoken';
import { freePorts } from '../../../app/test/helpers/stack/free-ports.js';
import { until } from '../../../app/test/helpers/wait.js';
import { build } from './helpers/build.js';
import { isThere } from './helpers/processes.js';
import { ResumingClient } from './helpers/resuming-client.js';
import { hermes } from './helpers/run.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

describe('hermes up, when nginx’s configuration alone has changed', function () {
  this.timeout(120_000);
  let one: Scratch;
  const clients: ResumingClient[] = [];
  before(build);
  beforeEach(async () => {
    one = await scratch();
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
    await removeScratches();
  });

  /** `up` on a machine that allows so many descriptors: it is what nginx's configuration takes from the machine. */
  const upWith = async (descriptors: number, ...settings: string[]) => {
    const limited = ['sh', '-c', `ulimit -n ${descriptors} && exec "$@"`, 'sh', ...hermes, 'up', ...settings];
    const { code, all } = await one.run(limited);
    assert.equal(code, 0, all);
    return all;
  };
  const oldGenerations = async (): Promise<number> =>
    JSON.parse((await one.hermes('status', '--json')).stdout).oldGenerations;
  const arrive = async (count: number) => {
    const token = jwt.sign({ user_id: 'u1', cs_tenant_id: 't1' }, one.secrets.JWT_SECRET_KEY ?? '', {
      expiresIn: '1h',
    });
    const options = { url: `wss://localhost:${one.ports.https}`, token, ca: one.ca };
    clients.push(...(await Promise.all(Array.from({ length: count }, () => ResumingClient.start(options)))));
  };

  it('three times under 50 clients: no message is lost, and old workers do not pile up', async () => {
    const settings = ['DRAIN_SECONDS=1'];
    await upWith(18_000, ...settings);
    const { pids } = one;
    const published: string[] = [];
    /** Where each client came in: it is owed everything from there on. */
    const owed = new Map<ResumingClient, number>();
    const enter = async (count: number) => {
      const before = clients.length;
      await arrive(count);
      published.push(await one.publish());
      for (const client of clients.slice(before)) {
        await until(
          () => client.ids.length > 0,
          () => 'a first message',
        );
        owed.set(client, published.indexOf(client.ids[0] ?? ''));
      }
    };
    await enter(20);
    let publishing = true;
    const publisher = (async () => {
      while (publishing) published.push(await one.publish());
    })();
    const found: number[] = [];
    for (const descriptors of [17_000, 16_000, 15_000]) {
      const all = await upWith(descriptors, ...settings);
      assert.match(all, /Start: running already, with its configuration reloaded/);
      assert(one.read('.hermes/build/nginx/nginx.conf').includes(`worker_rlimit_nofile ${descriptors};`));
      found.push(one.state.oldWorkers.length);
      await enter(10);
    }
    assert.deepEqual(found.slice(0, 2), [1, 2]);
    await until(
      async () => (await oldGenerations()) === 0,
      () => 'the end of the old workers',
      30_000,
    );
    publishing = false;
    await publisher;
    assert.deepEqual(one.pids, pids);
    const last = published.at(-1);
    for (const client of clients) {
      await until(
        () => client.ids.at(-1) === last,
        () => 'the last message',
      );
      assert.deepEqual(client.ids, published.slice(owed.get(client)));
      assert(
        client.closeCodes.every((code) => code === 1012),
        client.closeCodes.join(),
      );
    }
    assert(clients.slice(0, 40).every(({ closeCodes }) => closeCodes.length === 1));
  });

  it('tells how many generations go on, and counts none that has ended', async () => {
    await upWith(18_000);
    await arrive(1);
    await upWith(17_000);
    assert.match((await one.hermes('status')).all, /^ {2}Old workers +1 generation, until /m);
    const workers = one.state.oldWorkers.flat().filter(({ pid }) => isThere(pid));
    assert(workers.length > 0);
    await Promise.all(clients.splice(0).map((client) => client.end()));
    await until(
      () => !workers.some(({ pid }) => isThere(pid)),
      () => 'the end of the workers',
    );
    assert.equal(await oldGenerations(), 0);
    assert.doesNotMatch((await one.hermes('status')).all, /Old workers/);
  });

  it('does nothing the second time', async () => {
    await upWith(18_000);
    await upWith(17_000);
    assert.match(await upWith(17_000), /^Monitor Hermes is up already\.$/m);
  });

  it('starts anew when a port has changed', async () => {
    await upWith(18_000);
    const { pids } = one;
    await upWith(17_000, `HTTP_PORT=${(await freePorts('http')).http}`);
    assert(!one.pids.some((pid) => pids.includes(pid)));
  });

  it('fails when nginx does not take it up, and tries again the next time', async () => {
    await upWith(18_000);
    const master = one.pid('nginx');
    process.kill(master, 'SIGSTOP');
    try {
      const run = ['sh', '-c', 'ulimit -n 17000 && exec "$@"', 'sh', ...hermes, 'up'];
      const { code, stderr } = await one.run(run);
      assert.equal(code, 1);
      assert.match(stderr, /nginx did not take up its configuration, and goes on with the one before\n +→ /);
    } finally {
      process.kill(master, 'SIGCONT');
    }
    assert.match(await upWith(17_000), /Start: running already, with its configuration reloaded/);
    assert.equal(one.pid('nginx'), master);
  });
});
