import { strict as assert } from 'node:assert';
import { EmbeddedBus } from '../../../src/bus/embedded.js';
import { follow } from '../../../src/bus/follow.js';
import type { Message } from '../../../src/domain/message.js';
import { newFolder } from '../../helpers/service.js';
import { until } from '../../helpers/wait.js';

const message: Message = { kind: 'notification', userId: 'u1', body: '{}' };

describe('a follower of the bus', () => {
  let bus: EmbeddedBus;
  const fail = (error: unknown) => assert.fail(String(error));
  beforeEach(() => {
    bus = new EmbeddedBus({ path: newFolder(), retention: 10_000, maxBytes: 2 ** 30 });
  });
  afterEach(() => bus.close());

  const publish = async (count: number) =>
    (await bus.publish(Array.from({ length: count }, () => message))).map(({ id }) => id);

  it('gets the history and then what comes, in order and each once', async () => {
    const ids = await publish(1_200);
    const got: string[] = [];
    const following = follow(
      bus,
      ids[99] ?? '',
      async (entries) => void got.push(...entries.map(({ id }) => id)),
      fail,
    );
    for (let n = 0; n < 20; n += 1) ids.push(...(await publish(3)));
    await following.reached(ids.at(-1) ?? '');
    assert.deepEqual(got, ids.slice(100));
    await following.stop();
  });

  it('gets one batch at a time', async () => {
    let busy = 0;
    let most = 0;
    const seen: string[] = [];
    const following = follow(
      bus,
      '0',
      async (entries) => {
        busy += 1;
        most = Math.max(most, busy);
        await bus.read('', 1);
        seen.push(...entries.map(({ id }) => id));
        busy -= 1;
      },
      fail,
    );
    const ids = (await Promise.all(Array.from({ length: 50 }, () => publish(1)))).flat();
    await following.reached(ids.at(-1) ?? '');
    await following.stop();
    assert.equal(most, 1);
    assert.deepEqual(seen, ids);
  });

  it('gets a batch again when it failed, and tells of the failure', async () => {
    const faults: unknown[] = [];
    const got: string[] = [];
    const following = follow(
      bus,
      '0',
      async (entries) => {
        if (faults.length < 1) throw new Error('the disk is full');
        got.push(...entries.map(({ id }) => id));
      },
      (fault) => faults.push(fault),
    );
    const ids = await publish(3);
    await until(
      () => got.length === 3,
      () => 'the batch again',
    );
    assert.deepEqual(got, ids);
    assert.equal(faults.length, 1);
    await following.stop();
  });

  it('gets nothing more once it was stopped', async () => {
    const got: string[] = [];
    const following = follow(
      bus,
      '0',
      async (entries) => void got.push(...entries.map(({ id }) => id)),
      fail,
    );
    const [first] = await publish(1);
    await following.reached(first ?? '');
    await following.stop();
    await publish(1);
    assert.deepEqual(got, [first]);
  });

  it('lets entries gather after a batch, until they are large, somebody waits for one of them, or it stops', async () => {
    const batches: string[][] = [];
    const hour = 3_600_000;
    const following = follow(
      bus,
      '0',
      async (entries) => void batches.push(entries.map(({ id }) => id)),
      fail,
      hour,
    );
    const [first = ''] = await publish(1);
    await until(
      () => batches.length === 1,
      () => 'the first batch',
    );
    const others = [...(await publish(1)), ...(await publish(1))];
    assert.deepEqual(batches, [[first]]);
    await following.reached(others[1] ?? '');
    assert.deepEqual(batches, [[first], others]);
    const [small = ''] = await publish(1);
    const large = await bus.publish([{ ...message, body: `"${'x'.repeat(300_000)}"` }]);
    await until(
      () => batches.length === 3,
      () => 'the large one',
    );
    assert.deepEqual(batches[2], [small, large[0]?.id]);
    await publish(1);
    await following.stop();
  });
});
