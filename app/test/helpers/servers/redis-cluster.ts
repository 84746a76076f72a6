import { execa } from 'execa';
import { Redis } from 'ioredis';
import { freePort } from '../process.js';
import { until } from '../wait.js';
import { startRedis } from './redis.js';
import type { ServerProcess } from './server-process.js';

/** Three masters without replicas. */
export interface RedisCluster {
  /** Address for `BUS_URL`; it names one node, by which the others are found. */
  readonly url: string;
  readonly nodes: readonly ServerProcess[];
  /** The node that holds a key. */
  holderOf(key: string): Promise<ServerProcess>;
  stop(): Promise<void>;
}

export async function startRedisCluster(): Promise<RedisCluster> {
  const nodes = await Promise.all(
    [0, 1, 2].map(async () => {
      // The usual one, 10,000 above the port, may be beyond the last port there is.
      const busPort = String(await freePort());
      return startRedis({
        args: ['--cluster-enabled', 'yes', '--cluster-port', busPort, '--cluster-node-timeout', '2000'],
      });
    }),
  );
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const create = ['--cluster', 'create', ...addresses, '--cluster-replicas', '0', '--cluster-yes'];
  await execa('redis-cli', create);
  const [first] = nodes as [ServerProcess, ...ServerProcess[]];
  // It may be the one that a test ends.
  const asking = new Redis(first.url).on('error', () => {});
  await until(
    async () => String(await asking.cluster('INFO')).includes('cluster_state:ok'),
    () => `a cluster that is complete: ${first.output}`,
    20_000,
  );
  return {
    url: `redis-cluster://${addresses[0]}`,
    nodes,
    holderOf: async (key) => {
      const slot = await asking.cluster('KEYSLOT', key);
      const ranges = await asking.cluster('SLOTS');
      const [, , address] = ranges.find(([from, to]) => slot >= from && slot <= to) ?? [];
      const holder = nodes.find(({ port }) => port === address?.[1]);
      if (!holder) throw new Error(`no node holds ${key}`);
      return holder;
    },
    stop: async () => {
      asking.disconnect();
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}
