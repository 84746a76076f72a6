import { strict as assert } from 'node:assert';
import { capturedUplinks, captures } from '../helpers/fixtures.js';
import { type RunningService, startService } from '../helpers/service.js';

const uplink = { tenant_id: 't1', dev_eui: 'd1', payload: { t: 1 } };
const ndjson = { 'Content-Type': 'application/x-ndjson' };

describe('POST /messages', () => {
  let running: RunningService;
  beforeEach(async () => {
    running = await startService();
  });
  afterEach(() => running.stop());

  const last = async (devEui: string) =>
    (await running.get(`/messages/last?dev_eui=${devEui}&limit=50`)).json;

  it('takes a normalised uplink: 202 with its ids, and it is there to be read at once', async () => {
    const { status, json, headers } = await running.post('/messages', {
      ...uplink,
      f_cnt: 0,
      frequency: '868300000',
    });
    assert.equal(status, 202);
    assert.match(headers['content-type'] ?? '', /^application\/json/);
    assert.deepEqual(Object.keys(json), ['id', 'insert_id']);
    assert.match(json.insert_id, /^[0-9a-f]{24}$/);
    const [stored] = await last('d1');
    assert.deepEqual(
      [stored.id, stored._id, stored.f_cnt, stored.frequency, stored.timestamp],
      [json.id, json.insert_id, 0, 868_300_000, stored.received_at],
    );
  });

  it('lets each of many be read right after its 202', async () => {
    for (let n = 0; n < 30; n += 1) {
      const { json } = await running.post('/messages', { ...uplink, f_cnt: n });
      assert.equal((await last('d1'))[0].id, json.id);
    }
  });

  it('takes captured ChirpStack uplinks, delivers them, and knows them again', async () => {
    const client = await running.open('/ws', { is_superuser: true });
    for (const [index, line] of captures.entries()) {
      const first = await running.post('/messages', line);
      assert.equal(first.status, 202, first.text);
      const frame = await client.next();
      assert.equal(frame.id, first.json.id);
      assert.equal(frame.dev_eui, capturedUplinks()[index].deviceInfo.devEui);
      const again = await running.post('/messages', line);
      assert.deepEqual([again.status, again.json], [200, first.json]);
      assert.equal((await last(String(frame.dev_eui))).length, 1);
    }
    assert.deepEqual(await client.settled(), []);
    await client.end();
  });

  it('takes the same deduplicationId once, also when it comes many times at once', async () => {
    const answers = await Promise.all(
      captures.concat(captures, captures).map((line) => running.post('/messages', line)),
    );
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [200, 200, 200, 200, 200, 200, 202, 202, 202]);
    assert.equal(new Set(answers.map(({ json }) => json.id)).size, 3);
  });

  it('takes newline-delimited JSON, and says which lines it did not take', async () => {
    const lines = [
      captures[0],
      '',
      'not json',
      captures[1],
      '{"tenant_id":"t1"}',
      captures[0],
      '[]',
      captures[2],
      '',
    ];
    const { status, json } = await running.post('/messages', lines.join('\r\n'), ndjson);
    assert.equal(status, 202);
    assert.deepEqual([json.accepted, json.duplicates], [3, 1]);
    assert.deepEqual(
      json.rejected.map(({ index }: { index: number }) => index),
      [1, 3, 5],
    );
    for (const { detail } of json.rejected)
      assert.ok(detail[0].msg.length > 5 && detail[0].loc[0] === 'body');
    assert.equal((await last('0018b200000262b0')).length, 1);
  });

  it('takes an array, and says which items it did not take', async () => {
    const items = [
      uplink,
      null,
      { ...uplink, f_cnt: 'x' },
      { ...uplink, tenant_id: 't2' },
      { ...uplink, f_cnt: 2 },
      7,
    ];
    const { status, json } = await running.post('/messages', items);
    assert.equal(status, 202);
    assert.deepEqual([json.accepted, json.duplicates], [2, 0]);
    assert.deepEqual(
      json.rejected.map(({ index }: { index: number }) => index),
      [1, 2, 3, 5],
    );
    assert.match(json.rejected[2].detail, /another tenant/);
    assert.equal((await last('d1')).length, 2);
  });

  it('takes an array and lines of nothing', async () => {
    for (const [body, headers] of [
      ['[]', {}],
      ['\n\n', ndjson],
    ] as const) {
      const { status, json } = await running.post('/messages', body, headers);
      assert.deepEqual([status, json], [202, { accepted: 0, duplicates: 0, rejected: [] }]);
    }
  });

  it('delivers a batch in its order', async () => {
    const client = await running.open('/ws');
    const batch = Array.from({ length: 200 }, (_, f_cnt) => ({ ...uplink, f_cnt }));
    await running.post('/messages', batch);
    const frames = await client.take(200);
    assert.deepEqual(
      frames.map(({ f_cnt }) => f_cnt),
      batch.map(({ f_cnt }) => f_cnt),
    );
    await client.end();
  });

  it('refuses an uplink that names another tenant for its device: 409, and nobody gets it', async () => {
    await running.publish();
    const clients = [
      await running.open('/ws'),
      await running.open('/ws', { user_id: 'u2', cs_tenant_id: 't2' }),
    ];
    const { status, json } = await running.post('/messages', { ...uplink, tenant_id: 't2' });
    assert.equal(status, 409);
    assert.match(json.detail, /DEVICE_REASSIGN/);
    for (const client of clients) {
      assert.deepEqual(await client.settled(), []);
      await client.end();
    }
    assert.equal((await last('d1')).length, 1);
    assert.equal(await running.metric('hermes_device_conflicts_total'), 1);
  });

  it('drops what would reach a prototype, and takes the rest', async () => {
    const body =
      '{"tenant_id":"t1","dev_eui":"d1","__proto__":{"region":"evil"},"payload":{"a":1,"__proto__":{"b":2},"constructor":{"prototype":{"c":3}}}}';
    assert.equal((await running.post('/messages', body)).status, 202);
    const [stored] = await last('d1');
    assert.equal(stored.region, null);
    assert.deepEqual(stored.payload, { a: 1 });
    assert.equal(({} as Record<string, unknown>).region, undefined);
  });

  it('takes a body whatever its declared type, also with a byte order mark', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json; charset=latin1',
      '',
    ]) {
      const { status } = await running.post('/messages', JSON.stringify(uplink), { 'Content-Type': type });
      assert.equal(status, 202, type);
    }
    assert.equal((await running.post('/messages', `\ufeff${JSON.stringify(uplink)}`)).status, 202);
  });

  const bad: Readonly<Record<string, [string | Buffer, number]>> = {
    'that is empty': ['', 422],
    'that is no JSON': ['{"tenant_id":', 400],
    'that is words': ['hello', 400],
    'that is bytes': [Buffer.from([0xff, 0x00, 0x80]), 400],
    'that is null': ['null', 422],
    'that is text': ['"x"', 422],
    'that is a number': ['7', 422],
    'without anything in it': ['{}', 422],
    'with a payload that is a list': ['{"tenant_id":"t1","dev_eui":"d1","payload":[1]}', 422],
    'with a tenant that is a number': ['{"tenant_id":1,"dev_eui":"d1","payload":{}}', 422],
    'with deviceInfo null': ['{"deviceInfo":null}', 422],
    'that nests very deep': [
      `{"tenant_id":"t1","dev_eui":"d1","payload":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`,
      422,
    ],
    'that is nothing but brackets': ['['.repeat(500_000), 400],
    'above 1 MiB': [`{"filler":"${'x'.repeat(1024 * 1024)}"}`, 413],
  };
  for (const [what, [body, status]] of Object.entries(bad)) {
    it(`refuses a body ${what} with ${status}`, async () => {
      const answer = await running.post('/messages', body);
      assert.equal(answer.status, status, answer.text);
      assertExplained(answer);
      assert.equal(await running.metric('hermes_faults_total'), 0);
    });
  }

  it('takes a body of exactly 1 MiB', async () => {
    const head = '{"tenant_id":"t1","dev_eui":"d1","payload":{"a":"';
    const body = `${head}${'x'.repeat(1024 * 1024 - head.length - 3)}"}}`;
    assert.equal(Buffer.byteLength(body), 1024 * 1024);
    assert.equal((await running.post('/messages', body)).status, 202);
  });

  it('names the place of each fault', async () => {
    const { json } = await running.post('/messages', { dev_eui: 5 });
    assert.deepEqual(json.detail, [
      { loc: ['body', 'tenant_id'], msg: 'Field required' },
      { loc: ['body', 'dev_eui'], msg: 'Input should be text' },
      { loc: ['body', 'payload'], msg: 'Field required' },
    ]);
  });
});

describe('a request with the service key', () => {
  let running: RunningService;
  before(async () => {
    running = await startService();
  });
  after(() => running.stop());

  for (const [method, path] of [
    ['POST', '/messages'],
    ['POST', '/notify?user_id=u1&title=a&message=b'],
    ['GET', '/messages/last?dev_eui=d1'],
  ] as const) {
    for (const [what, headers] of Object.entries<Record<string, string>>({
      'has none': {},
      'has an empty one': { 'X-API-Key': '' },
      'has a wrong one': { 'X-API-Key': 'integration-test-key-that-is-long-enougH' },
      'has a part of it': { 'X-API-Key': 'integration-test-key' },
      'has it in another header': { Authorization: 'Bearer integration-test-key-that-is-long-enough' },
    })) {
      it(`is refused on ${method} ${path.split('?')[0]} when it ${what}: 403, whatever the body`, async () => {
        const bodies = method === 'POST' ? [JSON.stringify(uplink), '{', 'x'.repeat(2_000_000)] : [undefined];
        for (const body of bodies) {
          const { status, json } = await running.request(method, path, body, headers);
          assert.deepEqual([status, json], [403, { detail: 'Invalid or missing API Key' }]);
        }
      });
    }
  }

  it('left nothing behind where it was refused', async () => {
    assert.deepEqual((await running.get('/messages/last?dev_eui=d1')).json, []);
  });
});

/** Every refusal says why, and none shows the inside. */
function assertExplained({ json, text }: { json: { detail: unknown }; text: string }): void {
  assert.deepEqual(Object.keys(json), ['detail']);
  if (Array.isArray(json.detail)) {
    for (const { loc, msg } of json.detail) assert.ok(Array.isArray(loc) && msg.length > 5, text);
  } else {
    assert.equal(typeof json.detail, 'string');
  }
  assert.ok(!/\bat .*\.[jt]s|node_modules|Error:/.test(text), text);
}
