import assert from 'node:assert/strict';
import { isDue, renewalTime } from '../../src/certs/renewal.js';

const day = 86_400_000;
const start = Date.parse('2026-11-23T00:00:00Z');
const lasting = (days: number) => ({ notBefore: new Date(start), notAfter: new Date(start + days * day) });

describe('renewal', () => {
  const table: [string, number, number][] = [
    ['90 days: with 30 left', 90, 60],
    ['64 days: with a third left', 64, (64 * 2) / 3],
    ['45 days: with 15 left', 45, 30],
    ['10 days: with a third left', 10, 20 / 3],
    ['9 days: with half left', 9, 4.5],
    ['6 days: with 3 left', 6, 3],
    ['160 hours: with 80 hours left', 160 / 24, 80 / 24],
    ['1 day: with 12 hours left', 1, 0.5],
  ];
  for (const [what, life, age] of table) {
    it(`falls due in a life of ${what}`, () => {
      const due = Math.ceil(start + age * day);
      assert.equal(isDue(lasting(life), new Date(due - 1_000)), false);
      assert.equal(isDue(lasting(life), new Date(due)), true);
      assert(Math.abs(renewalTime(lasting(life)).getTime() - due) <= 1);
    });
  }

  it('is due after the end', () => {
    assert.equal(isDue(lasting(90), new Date(start + 91 * day)), true);
  });
});
