import { strict as assert } from 'node:assert';
import { firstCeiling, fullJitter, lastCeiling } from '../../../src/console/backoff.js';

const almostOne = () => 1 - Number.EPSILON;

describe('the back-off of the console', () => {
  it('may be nothing at all, whatever the attempt', () => {
    assert.deepEqual(
      [0, 1, 5, 50].map((attempt) => fullJitter(attempt, () => 0)),
      [0, 0, 0, 0],
    );
  });

  it('stays below a ceiling that doubles with each attempt', () => {
    for (const attempt of [0, 1, 2, 3]) {
      const ceiling = firstCeiling * 2 ** attempt;
      assert.equal(fullJitter(attempt, almostOne), ceiling - 1);
      assert.equal(
        fullJitter(attempt, () => 0.5),
        ceiling / 2,
      );
    }
  });

  it('never exceeds the last ceiling, even after a thousand attempts', () => {
    assert.equal(fullJitter(10, almostOne), lastCeiling - 1);
    assert.equal(fullJitter(10_000, almostOne), lastCeiling - 1);
  });

  it('spreads over the whole range by itself', () => {
    const waits = Array.from({ length: 400 }, () => fullJitter(3));
    assert.ok(Math.min(...waits) < firstCeiling, 'some are short');
    assert.ok(Math.max(...waits) > firstCeiling * 7, 'some are long');
  });
});
