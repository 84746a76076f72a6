import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { until } from '../wait.js';
import { startRedis } from './redis.js';
import { type ServerProcess, startServer } from './server-process.js';

/** A master, a replica, and a Sentinel that makes the replica master when the master dies. */
export interface WatchedRedis {
  /** Address for `BUS_URL`. */
  readonly url: string;
  readonly master: ServerProcess;
  readonly replica: ServerProcess;
  readonly sentinel: ServerProcess;
  stop(): Promise<void>;
}

const name = 'main';

export async function startWatchedRedis(): Promise<WatchedRedis> {
  const master = await startRedis();
  const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(master.port)] });
  const sentinel = await startServer('redis', {}, (port, dir) => {
    const file = join(dir, 'sentinel.conf');
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${dir}`,
      `sentinel monitor ${name} 127.0.0.1 ${master.port} 1`,
      `sentinel down-after-milliseconds ${name} 1000`,
      `sentinel failover-timeout ${name} 5000`,
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    return { program: 'redis-server', args: [file, '--sentinel'] };
  });
  const asking = new Redis(sentinel.url);
  await until(
    async () => ((await asking.call('SENTINEL', 'REPLICAS', name)) as unknown[]).length === 1,
    () => `a Sentinel that knows the replica: ${sentinel.output}`,
    20_000,
  );
  asking.disconnect();
  return {
    url: `redis-sentinel://127.0.0.1:${sentinel.port}/${name}`,
    master,
    replica,
    sentinel,
    stop: async () => {
      await sentinel.stop();
      // In good order each would wait for the other to have everything.
      await Promise.all([master.kill(), replica.kill()]);
    },
  };
}
