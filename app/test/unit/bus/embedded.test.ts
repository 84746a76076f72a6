import { strict as assert } from 'node:assert';
import { setImmediate as turn } from 'node:timers/promises';
import { EmbeddedBus, type EmbeddedBusOptions } from '../../../src/bus/embedded.js';
import type { Entry, Message } from '../../../src/domain/message.js';
import { newFolder } from '../../helpers/service.js';
import { until } from '../../helpers/wait.js';

const plenty = { retention: 1_000_000, maxBytes: 2 ** 30 };
const uplink = (dedupeKey?: string, body = '{"a":1}'): Message => ({
  kind: 'uplink',
  tenantId: 't1',
  devEui: 'd1',
  body,
  ...(dedupeKey && { dedupeKey }),
});
const idsOf = (entries: readonly Entry[]) => entries.map(({ id }) => id);

describe('the embedded bus', () => {
  const open: EmbeddedBus[] = [];
  const start = (options: Partial<EmbeddedBusOptions> = {}) => {
    const bus = new EmbeddedBus({ path: newFolder(), ...plenty, ...options });
    open.push(bus);
    return bus;
  };
  afterEach(() => Promise.all(open.splice(0).map((bus) => bus.close())));

  it('gives ids that rise and delivers entries in that order, each once', async () => {
    const bus = start({ now: () => 1_764_000_000_000 });
    const delivered: string[] = [];
    bus.subscribe((entries) => {
      delivered.push(...idsOf(entries));
    });
    const receipts = await Promise.all(
      Array.from({ length: 200 }, (_, n) => bus.publish(n % 3 ? [uplink()] : [uplink(), uplink()])),
    );
    const ids = receipts.flat().map(({ id }) => id);
    assert.deepEqual(delivered, [...ids].sort());
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(idsOf(await bus.read('', 1_000)), delivered);
  });

  it('waits for a listener that takes its time, and keeps the order meanwhile', async () => {
    const bus = start();
    const delivered: string[] = [];
    bus.subscribe(async (entries) => {
      for (const { id } of entries) {
        await turn();
        delivered.push(id);
      }
    });
    const receipts = await Promise.all([
      bus.publish([uplink(), uplink(), uplink()]),
      bus.publish([uplink()]),
    ]);
    assert.deepEqual(
      delivered,
      receipts.flat().map(({ id }) => id),
    );
  });

  it('lets an entry be read before a listener gets it, and before the publisher has its receipt', async () => {
    const bus = start();
    const readable: Promise<boolean>[] = [];
    bus.subscribe(([entry]) => {
      if (entry) readable.push(bus.read('', 10).then((found) => idsOf(found).includes(entry.id)));
    });
    for (let n = 0; n < 5; n += 1) {
      const [receipt] = await bus.publish([uplink()]);
      assert.ok(idsOf(await bus.read('', 10)).includes(receipt?.id ?? ''));
    }
    assert.deepEqual(await Promise.all(readable), [true, true, true, true, true]);
  });

  it('knows a message by its dedupe key: later, at the same time, and within one call', async () => {
    const bus = start();
    const [first] = await bus.publish([uplink('k1')]);
    assert.deepEqual(await bus.publish([uplink('k1')]), [{ id: first?.id, duplicate: true }]);
    const together = (await Promise.all([1, 2, 3].map(() => bus.publish([uplink('k2')])))).flat();
    assert.deepEqual(
      together.map(({ duplicate }) => duplicate),
      [false, true, true],
    );
    assert.equal(new Set(together.map(({ id }) => id)).size, 1);
    const within = await bus.publish([uplink('k3'), uplink('k3')]);
    assert.deepEqual(
      within.map(({ duplicate }) => duplicate),
      [false, true],
    );
    assert.equal((await bus.read('', 10)).length, 3);
  });

  it('takes the same message twice where it has no dedupe key', async () => {
    const bus = start();
    await bus.publish([uplink(), uplink()]);
    assert.equal((await bus.read('', 10)).length, 2);
  });

  it('reads pages after an id', async () => {
    const bus = start();
    const ids = (await bus.publish(Array.from({ length: 10 }, () => uplink()))).map(({ id }) => id);
    assert.deepEqual(idsOf(await bus.read('0', 3)), ids.slice(0, 3));
    assert.deepEqual(idsOf(await bus.read(ids[2] as string, 3)), ids.slice(3, 6));
    assert.deepEqual(await bus.read(ids[9] as string, 3), []);
  });

  it('is bounded in entries, and says what it has trimmed', async () => {
    const bus = start({ retention: 10 });
    const ids: string[] = [];
    for (let n = 0; n < 25; n += 1) ids.push((await bus.publish([uplink(`k${n}`)]))[0]?.id ?? '');
    assert.deepEqual(idsOf(await bus.read('', 100)), ids.slice(-10));
    assert.deepEqual(await bus.span(), { oldest: ids[15], newest: ids[24], trimmed: ids[14] });
    assert.equal((await bus.publish([uplink('k0')]))[0]?.duplicate, false, 'a trimmed key is forgotten');
    assert.equal((await bus.publish([uplink('k24')]))[0]?.duplicate, true);
  });

  it('is bounded in bytes', async () => {
    const bus = start({ maxBytes: 10_000 });
    for (let n = 0; n < 50; n += 1) await bus.publish([uplink(undefined, `{"a":"${'x'.repeat(990)}"}`)]);
    const kept = (await bus.read('', 100)).length;
    assert.ok(kept >= 9 && kept <= 11, `kept ${kept}`);
  });

  it('stays bounded when more than it may keep comes at once', async () => {
    const bus = start({ retention: 10 });
    for (let n = 0; n < 5; n += 1) await bus.publish(Array.from({ length: 40 }, () => uplink()));
    await bus.publish([uplink()]);
    assert.ok((await bus.read('', 1_000)).length <= 50);
  });

  it('has its history, its keys and its bounds again after it was closed', async () => {
    const path = newFolder();
    const before = start({ path, retention: 5 });
    const ids: string[] = [];
    for (let n = 0; n < 8; n += 1) ids.push((await before.publish([uplink(`k${n}`)]))[0]?.id ?? '');
    await before.close();
    const after = start({ path, retention: 5, now: () => 1 });
    assert.deepEqual(idsOf(await after.read('', 100)), ids.slice(-5));
    assert.equal((await after.span()).trimmed, ids[2]);
    assert.deepEqual(await after.publish([uplink('k7')]), [{ id: ids[7], duplicate: true }]);
    const [next] = await after.publish([uplink()]);
    assert.ok((next?.id ?? '') > (ids[7] ?? ''), 'ids rise also when the clock has gone back');
    assert.deepEqual(idsOf(await after.read('', 100)), [...ids.slice(-4), next?.id]);
  });

  it('has an empty span before the first message', async () => {
    assert.deepEqual(await start().span(), {});
  });

  it('no longer calls a listener that has left', async () => {
    const bus = start();
    let calls = 0;
    const leave = bus.subscribe(() => {
      calls += 1;
    });
    await bus.publish([uplink()]);
    leave();
    await bus.publish([uplink()]);
    assert.equal(calls, 1);
  });

  it('says that it is closed', async () => {
    const bus = start();
    await bus.ready();
    await bus.close();
    await assert.rejects(bus.ready(), { code: 'bus-unavailable' });
    await assert.rejects(bus.publish([uplink()]), { code: 'bus-unavailable' });
    await assert.rejects(bus.read('', 1), { code: 'bus-unavailable' });
    await assert.rejects(bus.span(), { code: 'bus-unavailable' });
  });

  it('may be closed right after it was read', async () => {
    // A fault would come from a timer, as an uncaught exception, which Mocha reports.
    for (let n = 0; n < 20; n += 1) {
      const bus = start();
      await bus.publish([uplink()]);
      void bus.read('', 10);
      await bus.close();
    }
  });

  it('names the folder that it cannot use, and the setting', () => {
    assert.throws(
      () => start({ path: '/dev/null/bus' }),
      (error: Error & { code: string; hint: string }) =>
        error.code === 'data-unavailable' &&
        error.message.includes('/dev/null/bus') &&
        /DATA_DIR/.test(error.hint),
    );
  });

  describe('with a consumer', () => {
    const numbered = (from: number, count: number) =>
      Array.from({ length: count }, (_, n) => uplink(undefined, `{"n":${from + n}}`));
    const fail = (fault: unknown) => assert.fail(String(fault));

    it('gives it each entry in order, goes on where it was after a restart, and sets aside what it rejects', async () => {
      const path = newFolder();
      const got: string[] = [];
      const take = async (entries: readonly Entry[]) => {
        got.push(...entries.map(({ message }) => message.body));
        return entries
          .filter(({ message }) => message.body === '{"n":1}')
          .map((entry) => ({ entry, reason: 'odd' }));
      };
      const before = start({ path });
      const first = before.consume('store', take, fail);
      const ids = (await before.publish(numbered(0, 3))).map(({ id }) => id);
      await first.reached(ids.at(-1) ?? '');
      await first.stop();
      await before.publish(numbered(3, 2));
      await before.close();
      const after = start({ path });
      const second = after.consume('store', take, fail);
      await second.reached((await after.span()).newest ?? '');
      await second.stop();
      assert.deepEqual(
        got,
        [0, 1, 2, 3, 4].map((n) => `{"n":${n}}`),
      );
    });

    it('keeps what the consumer has not taken yet, whatever its bounds, from the first entry on', async () => {
      const bus = start({ retention: 10 });
      const got: string[] = [];
      let away = true;
      const consumer = bus.consume(
        'store',
        async (entries) => {
          if (away) throw new Error('the database is away');
          got.push(...entries.map(({ message }) => message.body));
          return [];
        },
        () => {},
      );
      for (let n = 0; n < 30; n += 1) await bus.publish(numbered(n, 1));
      away = false;
      await until(
        () => got.length === 30,
        () => `30 entries; so far ${got.length}`,
      );
      await consumer.reached((await bus.span()).newest ?? '');
      await bus.publish(numbered(30, 1));
      assert.equal((await bus.read('', 100)).length, 10);
      await consumer.stop();
    });
  });

  it('keeps the order between what is read and what is heard under load', async () => {
    const bus = start();
    let heard = '';
    let overtaken = 0;
    bus.subscribe((entries) => {
      for (const { id } of entries) {
        if (id <= heard) overtaken += 1;
        heard = id;
      }
    });
    let done = 0;
    for (let n = 0; n < 300; n += 1) void bus.publish([uplink()]).then(() => (done += 1));
    await until(
      () => done === 300,
      () => `300 receipts; so far ${done}`,
    );
    assert.equal(overtaken, 0);
  });
});
