import { startRedis } from '../servers/redis.js';
import type { Benchmark, Findings, Measure } from './benchmark.js';
import { perSecond, short } from './compare.js';
import { joined, measured } from './comparison.js';
import { mostFiles } from './files.js';
import { besideThePlan, line, namesOf, type Point } from './fit.js';
import { withFronts } from './front.js';
import type { LoadReport, Target, Work } from './generator.js';
import { type RunningHermes, startHermes } from './hermes.js';

const forms = {
  short: { subscribers: [1, 1_000], sizes: [256, 4_096], instances: [1, 2], times: { warmUp: 1, window: 1 } },
  long: {
    ...{ subscribers: [1, 10, 100, 1_000, 5_000, 20_000], sizes: [64, 256, 1_024, 4_096, 16_384] },
    ...{ instances: [1, 2, 3, 4], times: { warmUp: 2, window: 2 } },
  },
};

export const growth: Benchmark = {
  question: 'What does a delivery cost with more subscribers, larger messages and more instances?',
  tools: ['go', 'redis-server', 'nginx'],
  onlyAsked: true,
  run: async ({ long, say }) => {
    const { subscribers, sizes, instances, times } = forms[long ? 'long' : 'short'];
    const app = await startHermes();
    const measures: Measure[] = [];
    const run = async (what: string, target: Target, work: Work) => {
      say(what);
      const report = await measured(target, { ...times, ...work });
      measures.push(measureOf(what, report));
      return report;
    };
    const bySize: Point[] = [];
    let alone = Number.NaN;
    try {
      for (const wanted of subscribers) {
        const count = Math.min(wanted, mostFiles());
        const report = await run(`${count} subscribers, 256 B`, app.target, {
          subscribers: count,
          size: 256,
        });
        if (count === 1) alone = report.serverMicros;
      }
      for (const size of sizes) {
        const report = await run(`1000 subscribers, ${size} B`, app.target, { subscribers: 1_000, size });
        bySize.push({ size, micros: report.serverMicros - alone / 1_000 });
      }
    } finally {
      await app.stop();
    }
    const proxied = await throughNginx({ sizes, times }, say);
    const together: Together[] = [];
    for (const count of instances) together.push(await onOneRedis(count, { ...times }, say));
    const { reader = Number.NaN, redis = Number.NaN } = together.at(-1) ?? {};
    const found = {
      ...{ publish: alone, read: reader, redis, connect: proxied.connect },
      ...namesOf('deliver', line(bySize)),
      ...namesOf('proxy', line(proxied.bySize)),
    };
    return joined([{ measures }, proxied, ...together, { measures: besideThePlan(found) }]);
  },
};

/** What Nginx with TLS adds, and what a new connection through it costs the two of them. */
async function throughNginx(
  { sizes, times }: { sizes: readonly number[]; times: Work },
  say: (step: string) => void,
) {
  const bySize: Point[] = [];
  let connect = Number.NaN;
  const found = await withFronts(['nginx-new'], say, async (targets) => {
    const measures: Measure[] = [];
    for (const target of targets.values()) {
      for (const size of sizes) {
        const what = `through Nginx, 1000 subscribers, ${size} B`;
        say(what);
        const report = await measured(target, { ...times, subscribers: 1_000, size });
        const fault = measureOf(what, report);
        const value = `${short(report.proxyMicros)} µs of Nginx a delivery; ${perSecond(report.perSecond)}`;
        measures.push(fault.invalid ? fault : { what, value });
        bySize.push({ size, micros: report.proxyMicros });
      }
      const report = await measured(target, { ...times, mode: 'connect', publishers: 16 });
      connect = report.serverMicros + report.proxyMicros;
      measures.push({
        what: 'through Nginx, full handshakes',
        value: `${short(connect)} µs of a core for each`,
      });
    }
    return { measures };
  });
  return { ...found, bySize, connect };
}

/** Findings, and microseconds of a core for each message: of one who reads it only, and of Redis. */
type Together = Findings & { readonly reader?: number; readonly redis?: number };

/** Each of the instances reads every message, whoever took it: the cost of one that nobody is connected to is that alone. */
async function onOneRedis(count: number, work: Work, say: (step: string) => void): Promise<Together> {
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
      redis: ofRedis.serverMicros,
      ...(readers && { reader: readers.serverMicros }),
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
