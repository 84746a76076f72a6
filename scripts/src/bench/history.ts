import { type Collection, type Document, MongoClient } from 'mongodb';
import { startMongod } from '../servers/mongod.js';
import { App } from './app.js';
import type { Benchmark } from './benchmark.js';
import { median } from './statistics.js';

const allSizes = [1_000, 10_000, 100_000, 1_000_000];
const devices = 100;
const requests = 400;
const atOnce = 10_000;

export const history: Benchmark = {
  question: 'Does `/messages/last` take longer the more there is in the history?',
  tools: ['python3'],
  onlyAsked: true,
  run: async ({ long, say }) => {
    // The largest takes most of a minute to write.
    const sizes = long ? allSizes : allSizes.slice(0, -1);
    const mongod = await startMongod();
    const app = await App.start({ MONGO_URI: mongod.url });
    const mongo = await new MongoClient(mongod.url).connect();
    const messages = mongo.db('hermes').collection('messages');
    try {
      // The app makes the indexes before its first write.
      await app.publish([{ tenant_id: 't1', dev_eui: 'first', payload: {} }]);
      await app.get('/messages/last?dev_eui=first');
      await fill(messages, sizes[0] ?? 0);
      // What the app does for the first time takes longer, whatever there is in the history.
      await medianOf(app);
      const medians: number[] = [];
      for (const size of sizes) {
        await fill(messages, size);
        say(`${size} messages`);
        medians.push(await medianOf(app));
      }
      const stages = await plan(messages);
      const [least = Number.NaN] = medians;
      return {
        measures: [
          ...sizes.map((size, n) => ({
            what: `median at ${size} messages`,
            value: `${medians[n]?.toFixed(2)} ms`,
          })),
          {
            what: 'longest to shortest',
            value: ratio(Math.max(...medians) / Math.min(...medians)),
            aim: '≤ 2',
          },
          { what: 'last to first', value: ratio((medians.at(-1) ?? Number.NaN) / least), aim: 'about 1' },
          { what: 'plan', value: stages.join(' ← '), aim: 'IXSCAN, no SORT' },
        ],
      };
    } finally {
      await mongo.close();
      await app.stop();
      await mongod.stop();
    }
  },
};

const ratio = (value: number) => `${value.toFixed(2)} ×`;

/** Adds messages as the app would have written them, until there are so many. */
async function fill(messages: Collection<Document>, size: number): Promise<void> {
  let count = await messages.countDocuments();
  while (count < size) {
    const documents = Array.from({ length: Math.min(atOnce, size - count) }, (_, n) => document(count + n));
    await messages.insertMany(documents, { ordered: false });
    count += documents.length;
  }
}

function document(n: number): Document {
  const device = `device-${n % devices}`;
  const timestamp = new Date(Date.now() - n);
  return {
    id: String(n),
    type: 'uplink',
    ...{ tenant_id: 't1', tenant_name: 'Bench', dev_eui: device, device, f_cnt: n, region: 'eu868' },
    ...{ payload: { temperature: 21.5, humidity: 40, counter: n }, metadata: {} },
    ...{ received_at: timestamp.toISOString(), timestamp },
  };
}

/** Milliseconds of a request, one after another, each for another device. */
async function medianOf(app: App): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < requests; n += 1) {
    const begun = performance.now();
    const found = await app.get<unknown[]>(`/messages/last?dev_eui=device-${(n * 37) % devices}`);
    times.push(performance.now() - begun);
    if (found.length !== 5) throw new Error(`${found.length} messages instead of 5`);
  }
  return median(times);
}

/** The stages by which MongoDB finds them, the last one first. */
async function plan(messages: Collection<Document>): Promise<string[]> {
  const found = messages.find({ device: 'device-1' }).sort({ _id: -1 }).limit(5);
  const explained = await found.explain('queryPlanner');
  const stages: string[] = [];
  for (let stage = explained.queryPlanner.winningPlan; stage; stage = stage.inputStage) {
    stages.push(stage.queryPlan?.stage ?? stage.stage);
  }
  return stages;
}
