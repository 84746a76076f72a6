import { strict as assert } from 'node:assert';
import { loadSettings } from '../../../src/settings/load.js';
import { shareOf, workerCount } from '../../../src/workers/share.js';

const settings = loadSettings({
  folder: '/nowhere',
  environment: {
    ...{ DATA_DIR: '/data', MQTT_URL: 'mqtt://broker', MAX_CONNECTIONS: '1001', WORKERS: 'auto' },
    ...{ CONNECTIONS_PER_ADDRESS: '10', SLOW_CONSUMERS_TOTAL_MB: '100' },
  },
}).settings;

describe('workers', () => {
  it('are one for each core with auto, where they can share the bus, else one', () => {
    assert.equal(settings.WORKERS, 'auto');
    assert.equal(workerCount('auto', true, 4), 4);
    assert.equal(workerCount('auto', false, 4), 1);
    assert.equal(workerCount(3, true, 1), 3);
    assert.equal(workerCount(1, false, 4), 1);
  });

  it('are refused when they could not share the bus, with what to set', () => {
    assert.throws(() => workerCount(2, false), {
      code: 'bad-settings',
      message: /WORKERS=2/,
      hint: /REDIS_URL/,
    });
  });

  it('divide what bounds the instance, and keep what bounds an address', () => {
    const own = shareOf(settings, 1, 2);
    assert.equal(own.MAX_CONNECTIONS, 501);
    assert.equal(own.SLOW_CONSUMERS_TOTAL_MB, 50);
    assert.equal(own.CONNECTIONS_PER_ADDRESS, 10);
  });

  it('have a folder each, and one session at the broker between them', () => {
    const [first, second] = [shareOf(settings, 1, 2), shareOf(settings, 2, 2)];
    assert.deepEqual([first.DATA_DIR, second.DATA_DIR], ['/data', '/data/worker-2']);
    assert.deepEqual([first.MQTT_URL, second.MQTT_URL], ['mqtt://broker', undefined]);
  });
});
