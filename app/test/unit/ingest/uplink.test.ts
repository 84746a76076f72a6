import { strict as assert } from 'node:assert';
import { readUplink } from '../../../src/ingest/uplink.js';
import { capturedUplinks } from '../../helpers/fixtures.js';

const at = new Date('2026-11-23T10:00:00.123Z');
const minimal = { tenant_id: 't1', dev_eui: 'd1', payload: {} };

/** The uplink in its one shape, as it is in the frame. */
function shapeOf(input: unknown) {
  const checked = readUplink(input, at);
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults));
  assert.equal(checked.value.kind, 'uplink');
  return JSON.parse(checked.value.body);
}

function faultsOf(input: unknown): string[] {
  const checked = readUplink(input, at);
  if (checked.ok) throw new Error('it was taken');
  return checked.faults.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`);
}

describe('a captured ChirpStack uplink', () => {
  const [lht65n, oyster, tester] = capturedUplinks();

  it('has every field where it is expected (LHT65N)', () => {
    assert.deepEqual(shapeOf(lht65n), {
      type: 'uplink',
      tenant_id: 'ae2e1b59-bf1e-420f-a733-bfbf08eb8aca',
      tenant_name: 'ChirpStack',
      dev_eui: 'a840419edb62011c',
      dev_addr: '01087309',
      device_name: 'sensor0',
      frequency: 867_300_000,
      f_cnt: 0,
      region: 'eu868',
      payload: lht65n.object,
      metadata: { device_profile_id: 'bc0b05d1-d5ec-4126-9451-42403f143a9f' },
      received_at: '2026-11-23T10:00:00.123Z',
    });
  });

  it('has its region in region_config_id of the gateway (Oyster)', () => {
    const uplink = shapeOf(oyster);
    assert.equal(uplink.region, 'us915_1_DR_1_3');
    assert.equal(uplink.f_cnt, 3);
    assert.equal(uplink.payload.manDown, null);
  });

  it('has its region in region_name of the gateway (Network Tester)', () => {
    const uplink = shapeOf(tester);
    assert.equal(uplink.region, 'eu868');
    assert.equal(uplink.dev_eui, '0018b200000262b0');
  });

  it('is known by its deduplicationId', () => {
    const checked = readUplink(lht65n, at);
    assert.ok(checked.ok && checked.value.kind === 'uplink');
    assert.equal(checked.value.dedupeKey, '80166477-2482-43ab-a64e-088107a7c4fa');
  });

  for (const [what, change] of Object.entries<(event: Record<string, unknown>) => void>({
    'without object': (event) => delete event.object,
    'with object null': (event) => {
      event.object = null;
    },
  })) {
    it(`${what} has an empty payload and the raw bytes in its metadata`, () => {
      const [event] = capturedUplinks();
      change(event);
      const uplink = shapeOf(event);
      assert.deepEqual(uplink.payload, {});
      assert.equal(uplink.metadata.data, 'zOEJqQHEAQj1f/8=');
    });
  }

  for (const key of [
    'rxInfo',
    'txInfo',
    'regionConfigId',
    'devAddr',
    'fCnt',
    'data',
    'time',
    'deduplicationId',
  ]) {
    for (const gap of [undefined, null]) {
      it(`with ${key} ${gap} is taken; what is unknown is null`, () => {
        const [event] = capturedUplinks();
        event[key] = gap;
        const uplink = shapeOf(event);
        const nulls = { txInfo: 'frequency', regionConfigId: 'region', devAddr: 'dev_addr', fCnt: 'f_cnt' };
        const field = (nulls as Record<string, string>)[key];
        if (field) assert.equal(uplink[field], null);
        assert.equal(uplink.dev_eui, 'a840419edb62011c');
      });
    }
  }

  for (const rxInfo of [
    [],
    [{}],
    [{ metadata: null }],
    [{ metadata: { region_name: 7 } }],
    'none',
    [7],
    {},
  ]) {
    it(`with the odd rxInfo ${JSON.stringify(rxInfo)} has no region, and nothing else is lost`, () => {
      const [, event] = capturedUplinks();
      event.rxInfo = rxInfo;
      const uplink = shapeOf(event);
      assert.equal(uplink.region, null);
      assert.equal(uplink.f_cnt, 3);
    });
  }

  it('with numbers as text is taken', () => {
    const [event] = capturedUplinks();
    event.txInfo.frequency = '868300000';
    event.fCnt = '12';
    const uplink = shapeOf(event);
    assert.deepEqual([uplink.frequency, uplink.f_cnt], [868_300_000, 12]);
  });

  it('with a payload that is null in parts keeps it as it is', () => {
    const [event] = capturedUplinks();
    event.object = { a: null, b: [1, null], c: { d: false } };
    assert.deepEqual(shapeOf(event).payload, event.object);
  });

  for (const [key, expected] of [
    ['tenantId', 'body.deviceInfo.tenantId: Field required'],
    ['devEui', 'body.deviceInfo.devEui: Field required'],
  ] as const) {
    it(`without ${key} is refused, and the place is named`, () => {
      const [event] = capturedUplinks();
      delete event.deviceInfo[key];
      assert.deepEqual(faultsOf(event), [expected]);
    });
  }

  for (const deviceInfo of [null, 'x', [], 7]) {
    it(`with deviceInfo ${JSON.stringify(deviceInfo)} is refused`, () => {
      const [event] = capturedUplinks();
      event.deviceInfo = deviceInfo;
      assert.ok(faultsOf(event).every((fault) => fault.startsWith('body.deviceInfo')));
    });
  }
});

describe('a normalised uplink', () => {
  it('has null for everything that is unknown', () => {
    assert.deepEqual(shapeOf(minimal), {
      type: 'uplink',
      tenant_id: 't1',
      tenant_name: null,
      dev_eui: 'd1',
      dev_addr: null,
      device_name: null,
      frequency: null,
      f_cnt: null,
      region: null,
      payload: {},
      metadata: null,
      received_at: at.toISOString(),
    });
  });

  it('keeps a frame counter of 0', () => assert.equal(shapeOf({ ...minimal, f_cnt: 0 }).f_cnt, 0));

  it('may have its numbers as text', () => {
    const { frequency, f_cnt } = shapeOf({ ...minimal, frequency: '868300000', f_cnt: '0' });
    assert.deepEqual([frequency, f_cnt], [868_300_000, 0]);
  });

  it('loses keys that it does not have, such as an id or a type of the sender’s own', () => {
    const uplink = shapeOf({ ...minimal, id: 'mine', type: 'notification', received_at: 'then', more: 1 });
    assert.equal(uplink.type, 'uplink');
    assert.equal(uplink.received_at, at.toISOString());
    assert.deepEqual([uplink.id, uplink.more], [undefined, undefined]);
  });

  const wrong: readonly [string, unknown, string][] = [
    ['null', null, 'body: Input should be an object'],
    ['text', 'x', 'body: Input should be an object'],
    ['an array', [], 'body: Input should be an object'],
    ['nothing', undefined, 'body: Field required'],
    ['no tenant', { ...minimal, tenant_id: undefined }, 'body.tenant_id: Field required'],
    ['tenant null', { ...minimal, tenant_id: null }, 'body.tenant_id: Input should be text'],
    ['an empty tenant', { ...minimal, tenant_id: '' }, 'body.tenant_id: Input should not be empty'],
    ['tenant a number', { ...minimal, tenant_id: 5 }, 'body.tenant_id: Input should be text'],
    ['no device', { ...minimal, dev_eui: undefined }, 'body.dev_eui: Field required'],
    ['device an object', { ...minimal, dev_eui: {} }, 'body.dev_eui: Input should be text'],
    ['no payload', { ...minimal, payload: undefined }, 'body.payload: Field required'],
    ['payload a list', { ...minimal, payload: [1] }, 'body.payload: Input should be an object'],
    ['payload null', { ...minimal, payload: null }, 'body.payload: Input should be an object'],
    ['metadata text', { ...minimal, metadata: 'x' }, 'body.metadata: Input should be an object or null'],
    ['f_cnt 1.5', { ...minimal, f_cnt: 1.5 }, 'body.f_cnt: Input should be a whole number or null'],
    ['f_cnt words', { ...minimal, f_cnt: 'many' }, 'body.f_cnt: Input should be a whole number or null'],
  ];
  for (const [what, input, fault] of wrong) {
    it(`with ${what} is refused: ${fault}`, () => assert.deepEqual(faultsOf(input), [fault]));
  }

  for (const name of ['a\u0000b', 'a\nb', '\u0007', 'a\ud800', '\udc00a', 'x'.repeat(257)]) {
    it(`with the name ${JSON.stringify(name).slice(0, 20)} for its tenant or device is refused`, () => {
      assert.equal(faultsOf({ ...minimal, tenant_id: name }).length, 1);
      assert.equal(faultsOf({ ...minimal, dev_eui: name }).length, 1);
    });
  }

  for (const name of [
    'x'.repeat(256),
    'ñandú ☃',
    '👍',
    '..',
    'a/b',
    '__proto__',
    'constructor',
    'None',
    'null',
  ]) {
    it(`with the name ${JSON.stringify(name).slice(0, 20)} is taken`, () => {
      const uplink = shapeOf({ ...minimal, tenant_id: name, dev_eui: name });
      assert.deepEqual([uplink.tenant_id, uplink.dev_eui], [name, name]);
    });
  }

  it('names every fault at once', () => {
    assert.equal(faultsOf({}).length, 3);
  });

  it('is refused when it nests deeper than a database takes, however deep', () => {
    const nested = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);
    assert.equal(shapeOf({ ...minimal, payload: nested(50) }).f_cnt, null);
    for (const key of ['payload', 'metadata']) {
      for (const levels of [100, 5_000, 150_000]) {
        const [fault] = faultsOf({ ...minimal, [key]: nested(levels) });
        assert.match(fault ?? '', new RegExp(`^body\\.${key}: .*levels`));
      }
    }
  });
});
