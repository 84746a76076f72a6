import { strict as assert } from 'node:assert';
import type { Entry } from '../../../src/domain/message.js';
import { documentId, formatId } from '../../../src/domain/message-id.js';
import { EmbeddedStore } from '../../../src/store/embedded.js';
import { newFolder } from '../../helpers/service.js';

const at = '2026-11-23T10:00:00.000Z';
const entry = (n: number, devEui = 'd1', extra = {}): Entry => ({
  id: formatId({ ms: 1_764_000_000_000 + n, sequence: 0 }),
  message: {
    kind: 'uplink',
    tenantId: 't1',
    devEui,
    body: JSON.stringify({ type: 'uplink', dev_eui: devEui, f_cnt: n, received_at: at, ...extra }),
  },
});

describe('the embedded store', () => {
  let store: EmbeddedStore;
  let path: string;
  beforeEach(() => {
    path = newFolder();
    store = new EmbeddedStore({ path, maxBytes: 2 ** 30 });
  });
  afterEach(() => store.close());

  it('gives the newest of a device first, each with its document id and time', async () => {
    await store.write([1, 2, 3].map((n) => entry(n)));
    const [newest, second, ...rest] = await store.last('d1', 2);
    assert.deepEqual(rest, []);
    assert.equal(second?.f_cnt, 2);
    assert.deepEqual(newest, {
      id: entry(3).id,
      type: 'uplink',
      dev_eui: 'd1',
      f_cnt: 3,
      received_at: at,
      _id: documentId(entry(3).id),
      timestamp: at,
    });
  });

  it('keeps devices apart whose names begin alike, and finds one in any case of its DevEUI', async () => {
    const names = ['d', 'd1', 'd11', 'd1 ', 'd1~', 'd1!', 'e'];
    await store.write(names.map((name, n) => entry(n, name)));
    for (const name of names)
      assert.deepEqual(
        (await store.last(name, 50)).map(({ dev_eui }) => dev_eui),
        [name],
      );
    assert.equal((await store.last('D11', 50)).length, 1);
  });

  it('gives nothing for a device that it does not know', async () => {
    assert.deepEqual(await store.last('nowhere', 5), []);
  });

  it('stores an entry that is written again once', async () => {
    await store.write([entry(1), entry(2)]);
    await store.write([entry(1), entry(2), entry(3)]);
    assert.deepEqual(
      (await store.last('d1', 10)).map(({ f_cnt }) => f_cnt),
      [3, 2, 1],
    );
  });

  it('moves its cursor past notifications too, and keeps none of them', async () => {
    const notice: Entry = { id: entry(5).id, message: { kind: 'notification', userId: 'd1', body: '{}' } };
    await store.write([entry(4), notice]);
    assert.equal(store.cursor(), notice.id);
    assert.equal((await store.last('d1', 10)).length, 1);
  });

  it('drops the oldest when it is full', async () => {
    await store.close();
    store = new EmbeddedStore({ path, maxBytes: 20_000 });
    for (let n = 0; n < 60; n += 1) await store.write([entry(n, `d${n % 2}`, { blob: 'x'.repeat(900) })]);
    const kept = [...(await store.last('d0', 50)), ...(await store.last('d1', 50))].map(({ f_cnt }) => f_cnt);
    assert.ok(kept.length >= 18 && kept.length <= 21, `kept ${kept.length}`);
    assert.deepEqual([...kept].sort(), Array.from(kept, (_, n) => 60 - kept.length + n).sort());
  });

  it('has everything again after it was closed, its bound included', async () => {
    await store.close();
    store = new EmbeddedStore({ path, maxBytes: 20_000 });
    for (let n = 0; n < 18; n += 1) await store.write([entry(n, 'd1', { blob: 'x'.repeat(900) })]);
    await store.close();
    store = new EmbeddedStore({ path, maxBytes: 20_000 });
    assert.equal(store.cursor(), entry(17).id);
    for (let n = 18; n < 36; n += 1) await store.write([entry(n, 'd1', { blob: 'x'.repeat(900) })]);
    const kept = await store.last('d1', 50);
    assert.ok(kept.length >= 18 && kept.length <= 21, `kept ${kept.length}`);
    assert.equal(kept[0]?.f_cnt, 35);
  });
});
