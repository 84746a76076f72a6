import { startRedis } from '../servers/redis.js';
import type { Benchmark, Findings, Measure } from './benchmark.js';
import { perSecond, short } from './compare.js';
import { joined, measured } from './comparison.js';
import type { LoadReport, Work } from './generator.js';
import { type RunningHermes, startHermes } from './hermes.js';

const forms = {
  short: { subscribers: [1, 1_000], sizes: [256, 4_096], instances: [1, 2], times: { warmUp: 1, window: 1 } },
  long: {
    ...{ subscribers: [1, 10, 100, 1_000, 5_000, 20_000], sizes: [64, 256, 1_024, 4_096, 16_384] },
    ...{ instances: [1, 2, 3, 4], times: { warmUp: 2, window: 4 } },
  },
};

export const growth: Benchmark = {
  question: 'What does a delivery cost with more subscribers, larger messages and more instances?',
  tools: ['go', 'redis-server'],
  onlyAsked: true,
  run: async ({ long, say }) => {
    const { subscribers, sizes, instances, times } = forms[long ? 'long' : 'short'];
    const app = await startHermes();
    const one = async (what: string, work: Work) => {
      say(what);
      return measureOf(what, await measured(app.target, { ...times, ...work }));
    };
    const measures: Measure[] = [];
    try {
      for (const count of subscribers) {
        measures.push(await one(`${count} subscribers, 256 B`, { subscribers: count, size: 256 }));
      }
      for (const size of sizes) {
        measures.push(await one(`1000 subscribers, ${size} B`, { subscribers: 1_000, size }));
      }
    } finally {
      await app.stop();
    }
    const together: Findings[] = [];
    for (const count of instances) together.push(await onOneRedis(count, { ...times }, say));
    return joined([{ measures }, ...together]);
  },
};

/** Each of the instances reads every message, whoever took it: the cost of one that nobody is connected to is that alone. */
async function onOneRedis(count: number, work: Work, say: (step: string) => void): Promise<Findings> {
  const what = `${count} ${count > 1 ? 'instances' : 'instance'} on one Redis, 1 subscriber, 256 B`;
  say(what);
  const redis = await startRedis();
  const apps: RunningHermes[] = [];
  try {
    const settings = { REDIS_URL: redis.url };
    for (let n = 0; n < count; n += 1) apps.push(await startHermes({ settings }));
    const [first, last] = [apps[0], apps.at(-1)];
    if (!first || !last) return { measures: [] };
    const load = { ...work, subscribers: 1, size: 256 };
    // `server` is whose processor time is taken: that of the one who takes messages, of one who reads them, of Redis.
    const taking = await measured(first.target, load);
    const readers =
      count > 1 ? await measured({ ...first.target, server: last.target.server }, load) : undefined;
    const ofRedis = await measured({ ...first.target, server: redis.pid }, load);
    return {
      measures: [
        measureOf(`${what}: who takes it`, taking),
        ...(readers ? [measureOf(`${what}: who reads it`, readers)] : []),
        measureOf(`${what}: Redis`, ofRedis),
      ],
    };
  } finally {
    await Promise.all(apps.map((app) => app.stop()));
    await redis.stop();
  }
}

function measureOf(what: string, report: LoadReport): Measure {
  const [fault] = report.faults;
  if (fault) return { what, value: `**invalid**: ${fault}`, invalid: true };
  return { what, value: `${short(report.serverMicros)} µs a delivery; ${perSecond(report.perSecond)}` };
}
