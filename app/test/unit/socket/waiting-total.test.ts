import { strict as assert } from 'node:assert';
import { worst } from '../../../src/socket/waiting-total.js';

const holders = (...waiting: number[]) => waiting.map((bytes) => ({ waiting: bytes }));
const chosen = (limit: number, ...waiting: number[]) =>
  worst(holders(...waiting), limit).map((holder) => holder.waiting);

describe('the bound on what waits for all sockets', () => {
  it('lets all be while they keep within it', () => {
    assert.deepEqual(chosen(10, 3, 0, 7), []);
    assert.deepEqual(chosen(10), []);
  });

  it('gives up those that wait for the most, and no more of them than it has to', () => {
    assert.deepEqual(chosen(10, 3, 8, 1, 0), [8]);
    assert.deepEqual(chosen(10, 6, 6, 6), [6, 6]);
    assert.deepEqual(chosen(1, 5, 9, 1), [9, 5]);
  });
});
