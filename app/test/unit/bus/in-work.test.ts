import { strict as assert } from 'node:assert';
import { InWork } from '../../../src/bus/redis/in-work.js';

describe('work that goes on beside its caller', () => {
  it('waits for room when there is as much as may be', async () => {
    const inWork = new InWork(2);
    const ends: (() => void)[] = [];
    const work = () => new Promise<void>((resolve) => ends.push(resolve));
    await inWork.add(work());
    let room = false;
    const adding = inWork.add(work()).then(() => {
      room = true;
    });
    await Promise.resolve();
    assert.deepEqual([inWork.size, room], [2, false]);
    ends[1]?.();
    await adding;
    assert.equal(inWork.size, 1);
    ends[0]?.();
    await inWork.done();
    assert.equal(inWork.size, 0);
  });

  it('tells of a fault, once the caller asks, until it is settled', async () => {
    const inWork = new InWork(2);
    await inWork.add(Promise.reject(new Error('failed')));
    await assert.rejects(inWork.done(), /failed/);
    await assert.rejects(inWork.add(new Promise(() => {})), /failed/);
    const other = new InWork(2);
    await other.add(Promise.reject(new Error('failed')));
    await other.settled();
    await other.done();
  });
});
