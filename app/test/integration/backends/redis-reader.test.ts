import { strict as assert } from 'node:assert';
import { RedisBus } from '../../../src/bus/redis/bus.js';
import { parseRedisUrl } from '../../../src/redis/address.js';
import { startRedis } from '../../helpers/servers/redis.js';
import type { ServerProcess } from '../../helpers/servers/server-process.js';
import { until } from '../../helpers/wait.js';

const patience = 30_000;
const uplink = { kind: 'uplink', tenantId: 't1', devEui: 'd1', body: '{}' } as const;

describe('the reader of a bus on Redis', () => {
  let server: ServerProcess;
  before(async () => {
    server = await startRedis();
  });
  const buses: RedisBus[] = [];
  after(async () => {
    await Promise.all(buses.map((bus) => bus.close()));
    await server.stop();
  });

  const open = () => {
    const address = parseRedisUrl(server.url);
    if (!address) return assert.fail('no address');
    const bus = new RedisBus({
      address,
      prefix: 'hermes',
      retention: 1_000,
      dedupeWindow: 60_000,
      onFault: () => {},
    });
    buses.push(bus);
    return bus;
  };

  it('misses nothing that is published once the bus is connected', async () => {
    for (let round = 0; round < 20; round += 1) {
      const bus = open();
      const got: string[] = [];
      bus.subscribe((entries) => {
        got.push(...entries.map(({ id }) => id));
      });
      await bus.connected(patience);
      const [receipt] = await bus.publish([uplink]);
      await until(
        () => got.length > 0,
        () => `message ${receipt?.id} in round ${round}`,
        3_000,
      );
      assert.deepEqual(got, [receipt?.id]);
    }
  });

  it('has begun before any history can be read, so that a replay that ends leaves no gap', async () => {
    const bus = open();
    await assert.rejects(bus.read('0', 1), { code: 'bus-unavailable' });
    await assert.rejects(bus.ready(), { code: 'bus-unavailable' });
    await bus.connected(patience);
    assert.equal((await bus.read('0', 1)).length, 1);
    await bus.ready();
  });
});
