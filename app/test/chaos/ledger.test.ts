import { strict as assert } from 'node:assert';
import { Ledger } from './ledger.js';

const idOf = (n: number) => `1764000000000-${String(n).padStart(6, '0')}`;
const frame = (n: number) => Buffer.from(JSON.stringify({ id: idOf(n), type: 'uplink', payload: { n } }));

/** What a ledger of two clients says when each got these messages. */
function verdictOf(first: readonly number[], second: readonly number[]) {
  const ledger = new Ledger();
  for (const n of first) ledger.book(0, frame(n));
  for (const n of second) ledger.book(1, frame(n));
  return ledger.verdict(2);
}

describe('the ledger of the chaos suite', () => {
  it('finds nothing wrong when everybody got everything once and in order', () => {
    assert.deepEqual(verdictOf([1, 2, 3], [1, 2, 3]), {
      lost: 0,
      duplicated: 0,
      disordered: 0,
      delivered: 6,
    });
  });

  it('counts what one client did not get', () => {
    assert.equal(verdictOf([1, 2, 3], [1, 3]).lost, 1);
    assert.equal(verdictOf([1, 2, 3], []).lost, 3);
  });

  it('counts what came again', () => {
    const { duplicated, disordered } = verdictOf([1, 2, 2], [1, 2, 1]);
    assert.deepEqual({ duplicated, disordered }, { duplicated: 2, disordered: 1 });
  });

  it('is complete once there are enough messages and everybody has them', () => {
    const ledger = new Ledger();
    ledger.book(0, frame(1));
    assert.equal(ledger.complete(2, 1), false);
    ledger.book(1, frame(1));
    assert.equal(ledger.complete(2, 1), true);
    assert.equal(ledger.complete(2, 2), false);
  });

  it('knows one message under two ids, and keeps frames that are no uplink', () => {
    const ledger = new Ledger();
    ledger.book(0, frame(1));
    ledger.book(0, Buffer.from(JSON.stringify({ id: idOf(2), type: 'uplink', payload: { n: 1 } })));
    ledger.book(0, Buffer.from('{"type":"gap","oldest":null}'));
    assert.deepEqual(ledger.idsByNumber.get(1), [idOf(1), idOf(2)]);
    assert.equal(ledger.strange.length, 1);
  });
});
