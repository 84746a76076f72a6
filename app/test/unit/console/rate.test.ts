import { strict as assert } from 'node:assert';
import { Rate } from '../../../src/console/rate.js';

describe('the message rate in the console', () => {
  it('is what came in the last ten seconds, a second', () => {
    const rate = new Rate();
    for (let count = 0; count < 50; count += 1) rate.record(1_000 + count * 100);
    assert.equal(rate.perSecond(6_000), 5);
  });

  it('falls back to nothing, while the total stays', () => {
    const rate = new Rate();
    rate.record(500);
    rate.record(500);
    assert.equal(rate.perSecond(20_000), 0);
    assert.equal(rate.total, 2);
  });
});
