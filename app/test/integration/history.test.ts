import { strict as assert } from 'node:assert';
import { newFolder, type RunningService, startService } from '../helpers/service.js';

describe('GET /messages/last', () => {
  let running: RunningService;
  const DATA_DIR = newFolder();
  before(async () => {
    running = await startService({ DATA_DIR });
    const uplinks = Array.from({ length: 60 }, (_, f_cnt) => ({
      tenant_id: 't1',
      dev_eui: 'D1',
      f_cnt,
      payload: {},
    }));
    await running.post('/messages', uplinks);
  });
  after(() => running.stop());

  const counts = async (query: string) => {
    const { status, json } = await running.get(`/messages/last?${query}`);
    assert.equal(status, 200, query);
    return json.map(({ f_cnt }: { f_cnt: number }) => f_cnt);
  };

  it('gives the newest five, newest first', async () => {
    assert.deepEqual(await counts('dev_eui=D1'), [59, 58, 57, 56, 55]);
  });

  for (const [limit, length] of [
    ['1', 1],
    ['7', 7],
    ['50', 50],
    ['51', 50],
    ['999999999', 50],
    ['0', 1],
    ['-1', 1],
  ] as const) {
    it(`gives ${length} for limit=${limit}`, async () => {
      assert.equal((await counts(`dev_eui=D1&limit=${limit}`)).length, length);
    });
  }

  it('finds a device in any case', async () => assert.equal((await counts('dev_eui=d1')).length, 5));

  it('gives [] for an unknown device', async () => assert.deepEqual(await counts('dev_eui=nobody'), []));

  it('gives uplinks in their one shape, with _id and a timestamp in UTC', async () => {
    const [uplink] = (await running.get('/messages/last?dev_eui=d1')).json;
    assert.deepEqual(Object.keys(uplink).sort(), [
      '_id',
      'dev_addr',
      'dev_eui',
      'device_name',
      'f_cnt',
      'frequency',
      'id',
      'metadata',
      'payload',
      'received_at',
      'region',
      'tenant_id',
      'tenant_name',
      'timestamp',
      'type',
    ]);
    assert.match(uplink._id, /^[0-9a-f]{24}$/);
    assert.match(uplink.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  for (const query of [
    '',
    'dev_eui=',
    'dev_eui=a&dev_eui=b',
    'dev_eui[$ne]=x',
    `dev_eui=${'x'.repeat(5_000)}`,
    `dev_eui=${encodeURIComponent('€'.repeat(700))}`,
    'dev_eui=d1&limit=',
    'dev_eui=d1&limit=all',
    'dev_eui=d1&limit=1.5',
    'dev_eui=d1&limit=1e2',
    'dev_eui=d1&limit=0x10',
    'dev_eui=d1&limit=5&limit=6',
    'dev_eui=d1&limit=%00',
    'limit=5',
  ]) {
    it(`refuses ?${query.slice(0, 40)}: 422`, async () => {
      const { status, json } = await running.get(`/messages/last?${query}`);
      assert.equal(status, 422);
      for (const { loc, msg } of json.detail)
        assert.ok(loc[0] === 'query' && loc.length === 2 && msg.length > 5);
    });
  }

  it('names both faults at once', async () => {
    const { json } = await running.get('/messages/last?limit=x');
    assert.deepEqual(
      json.detail.map(({ loc }: { loc: string[] }) => loc[1]),
      ['dev_eui', 'limit'],
    );
  });

  it('takes any characters in a device’s name', async () => {
    for (const dev_eui of ['../../etc/passwd', '$where', 'a b', 'ñ☃', '%', '__proto__', '~']) {
      await running.publish({ dev_eui });
      const { json } = await running.get(`/messages/last?dev_eui=${encodeURIComponent(dev_eui)}`);
      assert.deepEqual(
        json.map((each: { dev_eui: string }) => each.dev_eui),
        [dev_eui],
      );
    }
  });

  it('has it all again after a restart', async () => {
    await running.stop();
    running = await startService({ DATA_DIR });
    assert.deepEqual(await counts('dev_eui=D1'), [59, 58, 57, 56, 55]);
  });
});
