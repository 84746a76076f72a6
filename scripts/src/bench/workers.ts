import { cpus } from 'node:os';
import { startRedis } from '../servers/redis.js';
import type { Benchmark } from './benchmark.js';
import { compare } from './comparison.js';
import { startHermes } from './hermes.js';

const titles = { one: 'one process', two: 'two workers' } as const;

export const workers: Benchmark = {
  question: 'How much more do two workers deliver than one process, with Redis as the bus?',
  tools: ['go', 'redis-server'],
  run: async ({ long, say }) => {
    const redis = await startRedis();
    const settings = { REDIS_URL: redis.url };
    const one = await startHermes({ settings: { ...settings, BUS_PREFIX: 'one' }, cores: 2 });
    const two = await startHermes({ settings: { ...settings, BUS_PREFIX: 'two', WORKERS: '2' }, cores: 2 });
    try {
      const targets = new Map([
        [titles.one, one.target],
        [titles.two, two.target],
      ]);
      const work = {
        subscribers: 1_000,
        size: 256,
        ...(long ? { warmUp: 1, window: 3 } : { warmUp: 1, window: 1 }),
      };
      const found = await compare(
        {
          ...{ name: 'workers', what: '1000 × 256 B, one by one', base: titles.one, targets, work },
          ...{ rounds: long ? 3 : 2, unit: 'deliveries', aims: { [titles.two]: '≥ 1.7 ×' } },
        },
        say,
      );
      const cores = cpus().length;
      const limit = {
        what: 'cores of this machine',
        value: String(cores),
        aim: '≥ 4: two, one for Redis, one to measure',
      };
      return { ...found, measures: cores < 4 ? [...found.measures, limit] : found.measures };
    } finally {
      await Promise.all([one.stop(), two.stop()]);
      await redis.stop();
    }
  },
};
