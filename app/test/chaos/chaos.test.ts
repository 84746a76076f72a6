/*
 * Everything that can go away goes away under load, and no message may be lost, doubled or out of order.
 *
 * Three instances behind nginx share Redis, MongoDB and an MQTT broker, all real; clients follow over wss and check the
 * certificate. The load can be set: CHAOS_SECONDS, CHAOS_CLIENTS, CHAOS_RATE (uplinks a second), CHAOS_MONGO_SECONDS
 * (how long MongoDB is away) and CHAOS_SETTLE_SECONDS (how long the last messages may take); defaults are in load.ts.
 */
import { strict as assert } from 'node:assert';
import { setTimeout as pause } from 'node:timers/promises';
import { createSecureContext } from 'node:tls';
import { token } from '../helpers/tokens.js';
import { until } from '../helpers/wait.js';
import { Cluster } from './cluster.js';
import { cpuSeconds } from './cpu.js';
import { Follower } from './follower.js';
import { countHistory, readHistory } from './history.js';
import { Ledger } from './ledger.js';
import { load } from './load.js';
import { pace } from './pace.js';
import { httpSource, mqttSource, type Source } from './sources.js';
import { printTable } from './table.js';

type Blow = [name: string, strike: (cluster: Cluster) => Promise<unknown>];

/** One after another, with the same rest before each. */
const blows: readonly Blow[] = [
  ['Redis has restarted', ({ redis }) => redis.restart()],
  [`MongoDB was away for ${load.mongoAway} s`, ({ mongod }) => awayFor(mongod, load.mongoAway)],
  ['the broker has restarted', ({ broker }) => broker.restart()],
  ['an instance was killed, and started again', (cluster) => cluster.replace(0, 'SIGKILL')],
  ['an instance was stopped, and started again', (cluster) => cluster.replace(1, 'SIGTERM')],
];
/** Seconds that the blows take themselves, about; the rest between them is what is left of the time. */
const blowsTake = load.mongoAway + 15;
const rest = Math.max(1, (load.seconds - blowsTake) / (blows.length + 1));

describe('three instances, while one part after another goes away', function () {
  this.timeout(1_000 * (load.seconds + load.mongoAway + 2 * load.settle + 120));
  let cluster: Cluster;
  let followers: Follower[] = [];
  const sources: Source[] = [];

  before(async () => {
    cluster = await Cluster.start();
  });

  after(async () => {
    await Promise.all([...sources, ...followers].map((part) => part.stop()));
    await cluster?.stop();
  });

  it('give every accepted message to every client once and in order, and to the history once', async () => {
    const ledger = new Ledger();
    followers = await startFollowers(cluster, ledger);
    const { port, ca } = cluster.balancer;
    const [http, mqtt] = [httpSource(port, ca), await mqttSource(cluster.broker.url)];
    sources.push(http, mqtt);

    for (const follower of followers) follower.startClock();
    const accepted = await underLoad(
      () => strike(cluster),
      (n) => (n % 2 === 0 ? http : mqtt).send(n),
    );
    const taken = performance.now();
    await settled(() => ledger.complete(followers.length, accepted));
    const settledAfter = performance.now() - taken;
    const cpu = cpuSeconds();
    await Promise.all(followers.map((follower) => follower.stop()));
    await settled(async () => (await countHistory(cluster.mongod.url)) >= accepted);

    const verdict = ledger.verdict(followers.length);
    const seen = ledger.idsByNumber;
    const history = await readHistory(cluster.mongod.url);
    printTable({
      clients: followers.length,
      accepted,
      ...verdict,
      'in the history': history.size,
      'longest gap (ms)': Math.max(...followers.map(({ longestGap }) => longestGap)),
      'last one arrived after (ms)': settledAfter,
      reconnects: followers.reduce((sum, { reconnects }) => sum + reconnects, 0),
      'sent again, as the broker had no subscriber': mqtt.unheard,
      ...cpu,
    });
    assert.deepEqual(ledger.strange, []);
    assert.equal(seen.size, accepted, 'every accepted message was seen');
    assert.deepEqual(
      [...seen].filter(([, ids]) => ids.length !== 1),
      [],
      'each under one id',
    );
    const { lost, duplicated, disordered } = verdict;
    assert.deepEqual({ lost, duplicated, disordered }, { lost: 0, duplicated: 0, disordered: 0 });
    assert.equal(verdict.delivered, accepted * followers.length);
    assert.deepEqual(sorted(history), sorted(seen), 'the history has the same');
  });
});

/** Half of them on their tenant's channel, half on the general one. */
async function startFollowers(cluster: Cluster, ledger: Ledger): Promise<Follower[]> {
  const secureContext = createSecureContext({ ca: cluster.balancer.ca });
  const followers = Array.from({ length: load.clients }, (_, client) => {
    const path = client % 2 === 0 ? '/ws/tenant/t1' : '/ws';
    const url = `wss://localhost:${cluster.balancer.port}${path}`;
    const take = (frame: Buffer) => ledger.book(client, frame);
    return new Follower({ url, token: token({ user_id: `u${client}` }), secureContext, take });
  });
  await Promise.all(followers.map((follower) => follower.open()));
  return followers;
}

/** Sends uplinks until everything has happened and the time is up. @returns how many were accepted */
async function underLoad(happen: () => Promise<void>, send: (n: number) => Promise<void>): Promise<number> {
  const end = performance.now() + load.seconds * 1_000;
  let happened = false;
  const happening = happen().finally(() => {
    happened = true;
  });
  const sent = pace(load.rate, () => !happened || performance.now() < end, send);
  return (await Promise.all([sent, happening]))[0];
}

async function strike(cluster: Cluster): Promise<void> {
  const start = performance.now();
  for (const [name, blow] of blows) {
    await pause(rest * 1_000);
    const begun = performance.now();
    await blow(cluster);
    const seconds = (from: number) => ((performance.now() - from) / 1_000).toFixed(1);
    process.stdout.write(`      ${seconds(start)} s: ${name} (${seconds(begun)} s)\n`);
  }
}

async function awayFor(server: Cluster['mongod'], seconds: number): Promise<void> {
  await server.stop();
  await pause(seconds * 1_000);
  await server.start();
}

/** Waits, but leaves it to the checks that follow to say what is missing. */
async function settled(condition: () => boolean | Promise<boolean>): Promise<void> {
  await until(condition, () => '', load.settle * 1_000).catch(() => {});
}

const sorted = (ids: Map<number, string[]>) => [...ids].sort(([a], [b]) => a - b);
