import assert from 'node:assert/strict';
import { coefficients } from '../../src/capacity/coefficients.js';
import { localPorts, planCapacity, usable } from '../../src/capacity/plan.js';
import { describePlan } from '../../src/capacity/text.js';

const machine = { cores: 8, memoryGiB: 16 };
const small = { connections: 500, rate: 5, size: 400, subscribers: 3 };

describe('the plan of a capacity', () => {
  it('has one process on one machine for little, and asks for no Redis', () => {
    const plan = planCapacity(small, machine);
    assert.deepEqual([plan.machines, plan.processes, plan.shards], [1, 1, 1]);
    assert.equal(plan.needsRedis, false);
    assert.equal(plan.reconnect, undefined);
  });

  it('keeps cores and memory of each machine below what may be used', () => {
    for (const connections of [1_000, 100_000, 1_000_000]) {
      for (const rate of [1, 100, 5_000]) {
        const plan = planCapacity({ ...small, connections, rate, subscribers: 100 }, machine);
        const busy = plan.busy.app + plan.busy.proxy + plan.busy.redis;
        assert.ok(busy / plan.machines <= usable * machine.cores, JSON.stringify(plan));
        assert.ok(plan.memoryGiB <= usable * machine.memoryGiB, JSON.stringify(plan));
        assert.ok(plan.connections * plan.machines >= connections);
      }
    }
  });

  it('never needs fewer machines for more', () => {
    const machinesFor = (more: object) => planCapacity({ ...small, ...more }, machine).machines;
    for (const [less, more] of [
      [{ connections: 10_000 }, { connections: 1_000_000 }],
      [
        { rate: 10, subscribers: 1_000 },
        { rate: 1_000, subscribers: 1_000 },
      ],
      [
        { rate: 1_000, size: 200, subscribers: 500 },
        { rate: 1_000, size: 8_000, subscribers: 500 },
      ],
    ]) {
      assert.ok(machinesFor(less as object) <= machinesFor(more as object), JSON.stringify([less, more]));
    }
  });

  it('takes a million idle connections to several machines by memory alone', () => {
    const plan = planCapacity({ ...small, connections: 1_000_000 }, machine);
    const { app, proxy } = coefficients.idleKiB;
    const each = (app + proxy + 3 * coefficients.kernelKiB) / 1024 ** 2;
    assert.ok(plan.machines >= (1_000_000 * each) / (usable * machine.memoryGiB));
    assert.ok(plan.portsRunOut === plan.connections / plan.processes > localPorts);
  });

  it('splits tenants where one stream is more than a reader can read', () => {
    const most = (usable * 1e6) / (2 * coefficients.micros.read);
    assert.equal(planCapacity({ ...small, rate: most * 0.99 }, machine).shards, 1);
    assert.equal(planCapacity({ ...small, rate: most * 1.01 }, machine).shards, 2);
  });

  it('says what to set, and no more than that', () => {
    const text = (demand: typeof small) =>
      describePlan(planCapacity(demand, machine), demand, machine).join('\n');
    assert.match(text(small), /one process with the embedded bus will do/);
    assert.doesNotMatch(text(small), /WORKERS|shards|APP_SOCKET/);
    const large = text({ connections: 1_000_000, rate: 10_000, size: 512, subscribers: 200 });
    assert.match(large, /1 000 000 connections, 10 000 messages\/s/);
    assert.match(large, /REDIS_URL is needed[\s\S]*WORKERS=\d+[\s\S]*BUS_PREFIX[\s\S]*load balancer/);
    assert.match(large, /ulimit -n ≥ [\d ]+/);
  });
});
