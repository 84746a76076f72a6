import { strict as assert } from 'node:assert';
import { inWords } from '../../../src/console/durations.js';

describe('a length of time in the console', () => {
  const cases: [number, string][] = [
    [-5_000, '0 s'],
    [999, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_725_000, '1 h 2 min'],
    [3_605_000, '1 h'],
    [2 * 86_400_000 + 3 * 3_600_000 + 59_000, '2 d 3 h'],
  ];
  for (const [milliseconds, words] of cases) {
    it(`of ${milliseconds} ms reads ${words}`, () => assert.equal(inWords(milliseconds), words));
  }
});
