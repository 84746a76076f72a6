import { strict as assert } from 'node:assert';
import { EmbeddedBus } from '../../../src/bus/embedded.js';
import { EmbeddedDevices } from '../../../src/devices/embedded.js';
import type { Message } from '../../../src/domain/message.js';
import { Metrics } from '../../../src/http/metrics.js';
import { createPublish, type Publish } from '../../../src/ingest/publish.js';
import { newFolder } from '../../helpers/service.js';

const uplink = (devEui: string, tenantId: string, dedupeKey?: string): Message => ({
  kind: 'uplink',
  tenantId,
  devEui,
  body: '{}',
  ...(dedupeKey && { dedupeKey }),
});

describe('publishing', () => {
  let bus: EmbeddedBus;
  let devices: EmbeddedDevices;
  let metrics: Metrics;
  let publish: Publish;
  beforeEach(() => {
    bus = new EmbeddedBus({ path: newFolder(), retention: 1_000, maxBytes: 2 ** 20 });
    devices = new EmbeddedDevices(newFolder(), false);
    metrics = new Metrics();
    publish = createPublish(bus, devices, metrics);
  });
  afterEach(() => Promise.all([bus.close(), devices.close()]));

  it('holds an uplink back that names another tenant for its device, and takes the others', async () => {
    const outcomes = await publish([
      uplink('d1', 't1'),
      uplink('d1', 't2'),
      uplink('d2', 't2'),
      uplink('D1', 't2'),
    ]);
    assert.deepEqual(
      outcomes.map(({ published }) => published),
      [true, false, true, false],
    );
    assert.deepEqual(
      (await bus.read('', 10)).map(({ message }) => message.kind === 'uplink' && message.tenantId),
      ['t1', 't2'],
    );
    const [conflicts] = (await metrics.conflicts.get()).values;
    assert.equal(conflicts?.value, 2);
  });

  it('gives each message the receipt that is its own', async () => {
    const outcomes = await publish([
      uplink('d1', 't1', 'a'),
      uplink('d1', 't2'),
      uplink('d1', 't1', 'a'),
      uplink('d1', 't1'),
    ]);
    const ids = (await bus.read('', 10)).map(({ id }) => id);
    assert.deepEqual(
      outcomes.map((outcome) => outcome.published && [outcome.id, outcome.duplicate]),
      [[ids[0], false], false, [ids[0], true], [ids[1], false]],
    );
  });

  it('asks nobody about notifications', async () => {
    const [outcome] = await publish([{ kind: 'notification', userId: 'u1', body: '{}' }]);
    assert.equal(outcome?.published, true);
  });
});
