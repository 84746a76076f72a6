import assert from 'node:assert/strict';
import { isLookDue, nextLook } from '../../src/renewal/timetable.js';
import { day, hour, minute } from './helpers/simulate.js';

const now = new Date('2026-11-23T00:00:00Z');
const at = (ms: number) => new Date(now.getTime() + ms);
const certificate = (life: number, left = life) => ({ notBefore: at(left - life), notAfter: at(left) });

/** Milliseconds until the next look, with the least and with the most that chance adds. */
function wait(situation: Partial<Parameters<typeof nextLook>[0]>): [number, number] {
  const look = (random: number) =>
    nextLook({
      now,
      certificate: certificate(90 * day),
      failures: 0,
      lastLook: now,
      ...situation,
      random: () => random,
    }).getTime() - now.getTime();
  return [look(0), look(1)];
}

describe('timetable of renewals', () => {
  it('looks at once on a new host', () => {
    assert.deepEqual(wait({ lastLook: undefined, certificate: undefined }), [0, 0]);
  });

  const lives: [string, number, number][] = [
    ['90 days', 90 * day, 12 * hour],
    ['160 hours', 160 * hour, 5 * hour],
    ['a day', day, hour],
  ];
  for (const [name, life, most] of lives) {
    it(`looks about every ${most / hour} h in a life of ${name}`, () => {
      assert.deepEqual(wait({ certificate: certificate(life) }), [0.75 * most, most]);
    });
  }

  it('doubles the wait after failures, up to the routine one', () => {
    const waits = [1, 2, 3, 10, 50, 300].map((failures) => wait({ failures }));
    assert.deepEqual(waits.slice(0, 3), [
      [minute, 1.5 * minute],
      [2 * minute, 3 * minute],
      [4 * minute, 6 * minute],
    ]);
    assert.deepEqual(waits.slice(3), [
      [512 * minute, 12 * hour],
      [12 * hour, 12 * hour],
      [12 * hour, 12 * hour],
    ]);
  });

  it('insists when little life is left, never oftener than every 15 minutes', () => {
    const last = (left: number) => wait({ failures: 20, certificate: certificate(90 * day, left) })[1];
    assert.deepEqual(
      [last(4 * day), last(day), last(hour), last(-day)],
      [4 * hour, hour, 15 * minute, 15 * minute],
    );
  });

  it('tries once an hour where there is no certificate, and once a day where there is no hope', () => {
    assert.equal(wait({ failures: 20, certificate: undefined })[1], hour);
    assert.equal(wait({ failures: 301, certificate: undefined })[1], day);
  });

  it('waits for what the ledger allows before it tries, but not before it only looks', () => {
    const notBeforeTry = at(3 * day);
    assert.deepEqual(wait({ notBeforeTry, failures: 1 }), [3 * day, 3 * day + minute]);
    assert.deepEqual(wait({ notBeforeTry, certificate: undefined }), [3 * day, 3 * day + minute]);
    assert.deepEqual(wait({ notBeforeTry, certificate: certificate(90 * day, 20 * day) })[0], 3 * day);
    assert.deepEqual(wait({ notBeforeTry }), [9 * hour, 12 * hour]);
    assert.deepEqual(wait({ notBeforeTry: at(1), failures: 1 }), [minute, 1.5 * minute]);
  });

  it('goes by the last look, wherever the clock puts it', () => {
    assert.deepEqual(wait({ lastLook: at(-hour) }), [8 * hour, 11 * hour]);
    assert.deepEqual(wait({ lastLook: at(2 * day) }), [9 * hour, 12 * hour]);
  });

  it('is due when its time has come, and whenever the clock makes no sense', () => {
    assert.equal(isLookDue(now, at(1), at(-1)), false);
    assert.equal(isLookDue(now, now, at(-1)), true);
    assert.equal(isLookDue(now, undefined, at(-1)), true);
    assert.equal(isLookDue(now, at(1), undefined), true);
    assert.equal(isLookDue(now, at(2 * day), at(1)), true, 'set back');
    assert.equal(isLookDue(now, at(7 * day), at(-1)), false, 'a limit of the CA');
    assert.equal(isLookDue(now, at(8 * day), at(-1)), true, 'absurd');
  });
});
