import { strict as assert } from 'node:assert';
import { mock } from 'node:test';
import { callAt } from '../../../src/socket/expiry.js';

const days = (count: number) => count * 86_400_000;

describe('a call at a time', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: days(20_000) }));
  afterEach(() => mock.timers.reset());

  it('comes at that time, also when it is farther away than a timer reaches', () => {
    let called = 0;
    callAt(Date.now() + days(60), () => {
      called += 1;
    });
    for (let day = 0; day < 59; day += 1) mock.timers.tick(days(1));
    assert.equal(called, 0);
    mock.timers.tick(days(1));
    mock.timers.tick(days(1));
    assert.equal(called, 1);
  });

  it('comes soon when the time is past', () => {
    let called = 0;
    callAt(Date.now() - 1, () => {
      called += 1;
    });
    mock.timers.tick(1);
    assert.equal(called, 1);
  });

  it('does not come when it was cancelled, also after the first stage', () => {
    let called = 0;
    const cancel = callAt(Date.now() + days(60), () => {
      called += 1;
    });
    mock.timers.tick(days(30));
    cancel();
    mock.timers.tick(days(60));
    assert.equal(called, 0);
  });
});
