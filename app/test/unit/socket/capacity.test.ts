import { strict as assert } from 'node:assert';
import { Capacity, type CapacityLimits } from '../../../src/socket/capacity.js';

const plenty: CapacityLimits = {
  maxConnections: 100,
  connectionsPerAddress: 100,
  handshakesPerSecond: 1_000,
};

describe('the capacity', () => {
  it('is used up by so many sockets in all: 503', async () => {
    const capacity = new Capacity({ ...plenty, maxConnections: 2 });
    capacity.enter('a');
    assert.equal(await capacity.check('b'), undefined);
    capacity.enter('b');
    const refusal = await capacity.check('c');
    assert.equal(refusal?.status, 503);
    assert.ok((refusal?.retryAfterSeconds ?? 0) > 0);
    capacity.leave('a');
    assert.equal(await capacity.check('c'), undefined);
  });

  it('is used up by so many sockets of one address: 429, for that address only', async () => {
    const capacity = new Capacity({ ...plenty, connectionsPerAddress: 2 });
    capacity.enter('a');
    capacity.enter('a');
    assert.equal((await capacity.check('a'))?.status, 429);
    assert.equal(await capacity.check('b'), undefined);
    capacity.leave('a');
    assert.equal(await capacity.check('a'), undefined);
  });

  it('is used up by a burst of handshakes of one address: 429, for that address only', async () => {
    const capacity = new Capacity({ ...plenty, handshakesPerSecond: 10 });
    const statuses = await Promise.all(Array.from({ length: 40 }, () => capacity.check('a')));
    const admitted = statuses.filter((refusal) => refusal === undefined).length;
    assert.ok(admitted >= 20 && admitted <= 30, `${admitted} of 40 came in`);
    const refusal = statuses.at(-1);
    assert.equal(refusal?.status, 429);
    assert.ok((refusal?.retryAfterSeconds ?? 0) > 0);
    assert.equal(await capacity.check('b'), undefined);
  });

  it('is none while draining: 503', async () => {
    const capacity = new Capacity(plenty);
    capacity.drain();
    assert.equal((await capacity.check('a'))?.status, 503);
    assert.ok(capacity.draining);
  });

  it('counts what is open', () => {
    const capacity = new Capacity(plenty);
    for (const address of ['a', 'a', 'b']) capacity.enter(address);
    capacity.leave('a');
    assert.equal(capacity.total, 2);
  });
});
