import { strict as assert } from 'node:assert';
import type { Entry } from '../../../src/domain/message.js';
import { inTurns } from '../../../src/hub/turns.js';

const entries = (count: number, bytes: number): Entry[] =>
  Array.from({ length: count }, (_, n) => ({
    id: String(n),
    message: { kind: 'notification', userId: 'u1', body: 'x'.repeat(bytes) },
  }));

/** Delivers entries; gives how many were dealt with in each turn of the event loop. */
async function turnsOf(given: readonly Entry[], deliver: (entry: Entry) => void = () => {}) {
  const turns: number[] = [];
  const delivered: string[] = [];
  let counted = 0;
  const count = () => {
    if (delivered.length > counted) turns.push(delivered.length - counted);
    counted = delivered.length;
  };
  let finished = false;
  const look = () => {
    count();
    if (!finished) setImmediate(look);
  };
  setImmediate(look);
  await inTurns(given, 16_384, (entry) => {
    deliver(entry);
    delivered.push(entry.id);
  });
  finished = true;
  count();
  assert.deepEqual(
    delivered,
    given.map(({ id }) => id),
  );
  return turns;
}

describe('delivery in turns', () => {
  it('is at once for a few entries', () => {
    const delivered: string[] = [];
    void inTurns(entries(100, 100), 16_384, ({ id }) => delivered.push(id));
    assert.equal(delivered.length, 100);
  });

  it('lets others have their turn after so many bytes', async () => {
    assert.deepEqual(await turnsOf(entries(20, 4_096)), [4, 4, 4, 4, 4]);
  });

  it('lets others have their turn after so much time', async () => {
    const turns = await turnsOf(entries(8, 1), () => {
      const start = performance.now();
      while (performance.now() - start < 6);
    });
    assert.ok(turns.length >= 4, `${turns}`);
  });
});
