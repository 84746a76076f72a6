import { strict as assert } from 'node:assert';
import { loadSettings } from '../../../src/settings/load.js';
import { deriveTimeouts } from '../../../src/settings/timeouts.js';
import { newFolder } from '../../helpers/service.js';

const derive = (environment: Record<string, string> = {}) =>
  deriveTimeouts(loadSettings({ folder: newFolder(), environment }).settings);

describe('timeouts', () => {
  for (const environment of [
    {},
    { PING_INTERVAL: '1s', PONG_TIMEOUT: '1s', DRAIN_SECONDS: '0' },
    { REQUEST_TIMEOUT: '15s' },
    { REQUEST_TIMEOUT: '1h' },
    { PING_INTERVAL: '5m', PONG_TIMEOUT: '5m', DRAIN_SECONDS: '600' },
  ]) {
    it(`agree with one another for ${JSON.stringify(environment)}`, () => {
      const times = derive(environment);
      assert.ok(
        times.idle > times.ping + times.pong,
        'a proxy must not cut a socket that the app still waits for',
      );
      assert.ok(
        times.stopGrace > times.drain + times.close,
        'a supervisor must not kill before the sockets are gone',
      );
      assert.ok(times.requestHead < times.request && times.connect < times.requestHead);
      assert.ok(times.requestBody <= times.request);
      for (const [name, value] of Object.entries(times)) {
        assert.ok(Number.isInteger(value) && value >= 0 && value < 2 ** 31, `${name} fits into a timer`);
      }
    });
  }

  it('are those of the contract where nothing is set', () => {
    const { ping, pong, request } = derive();
    assert.deepEqual([ping, pong, request], [25_000, 20_000, 120_000]);
  });
});
