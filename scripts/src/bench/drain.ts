import { MongoClient } from 'mongodb';
import { startMongod } from '../servers/mongod.js';
import { startRedis } from '../servers/redis.js';
import { until } from '../servers/wait.js';
import { App } from './app.js';
import type { Benchmark } from './benchmark.js';

const backlog = 50_000;
const atOnce = 1_000;
/** Milliseconds between two looks: each costs the app some time. */
const interval = 100;

export const drain: Benchmark = {
  question: 'How fast does a backlog drain into MongoDB when it is back?',
  tools: ['redis-server', 'python3'],
  onlyAsked: true,
  run: async ({ say }) => {
    const [redis, mongod] = await Promise.all([startRedis(), startMongod()]);
    const app = await App.start({ BUS_URL: redis.url, MONGO_URI: mongod.url });
    const stored = () => app.metric('hermes_messages_stored_total');
    try {
      await app.publish([uplink(0)]);
      await until(
        async () => (await stored()) === 1,
        () => 'a first message in MongoDB',
      );
      await mongod.stop();
      say(`${backlog} messages while MongoDB is away`);
      for (let from = 1; from <= backlog; from += atOnce) {
        await app.publish(Array.from({ length: atOnce }, (_, n) => uplink(from + n)));
      }
      say('MongoDB comes back');
      await mongod.start();
      const back = performance.now();
      await until(
        async () => (await stored()) > 1,
        () => 'the first of the backlog',
        60_000,
        interval,
      );
      const begun = performance.now();
      await until(
        async () => (await stored()) === backlog + 1,
        () => 'all of it',
        300_000,
        interval,
      );
      const seconds = (performance.now() - back) / 1_000;
      await assertStored(mongod.url, backlog + 1);
      return {
        measures: [
          { what: 'backlog', value: `${backlog} messages` },
          { what: 'begins after', value: `${Math.round(begun - back)} ms` },
          { what: 'drained after', value: `${seconds.toFixed(1)} s` },
          { what: 'rate', value: `${Math.round(backlog / seconds)} messages/s`, aim: '≥ 5000' },
        ],
      };
    } finally {
      await app.stop();
      await Promise.all([redis.stop(), mongod.stop()]);
    }
  },
};

/** The app's own count is not enough: what MongoDB has is what counts. */
async function assertStored(url: string, expected: number): Promise<void> {
  const client = await new MongoClient(url).connect();
  try {
    const messages = client.db('hermes').collection('messages');
    const numbers = (await messages.distinct('f_cnt')).length;
    const documents = await messages.countDocuments();
    if (documents !== expected || numbers !== expected) {
      throw new Error(`${documents} documents of ${numbers} messages instead of ${expected}`);
    }
  } finally {
    await client.close();
  }
}

const uplink = (n: number) => ({
  tenant_id: 't1',
  tenant_name: 'Bench',
  dev_eui: `device-${n % 1_000}`,
  device_name: `Device ${n % 1_000}`,
  f_cnt: n,
  region: 'eu868',
  frequency: 868_100_000,
  payload: { temperature: 21.5, humidity: 40, battery: 3.6, counter: n },
  deduplicationId: `bench-${n}`,
});
