import { strict as assert } from 'node:assert';
import { mock } from 'node:test';
import { due, firstPing, type HeartbeatTimes } from '../../../src/socket/heartbeat.js';
import { startTicking } from '../../../src/socket/ticking.js';

const times = { ping: 100, pong: 30 };

const heartFrom = (now: number, beats: HeartbeatTimes) => {
  const heart = { pingAt: firstPing(now, beats), cutAt: undefined as number | undefined };
  return {
    /** What is due in each millisecond, until the end. */
    dueUntil: (from: number, end: number) =>
      Array.from({ length: end - from }, (_, n) => ({
        at: from + n,
        what: due(heart, from + n, beats),
      })).filter(({ what }) => what),
    answered: () => {
      heart.cutAt = undefined;
    },
  };
};

describe('a heartbeat', () => {
  it('pings once an interval, first within it', () => {
    const heart = heartFrom(1_000, times);
    const [first] = heart.dueUntil(1_000, 1_101);
    assert.equal(first?.what, 'ping');
    heart.answered();
    const at = first?.at ?? 0;
    assert.deepEqual(heart.dueUntil(at + 1, at + 101), [{ at: at + 100, what: 'ping' }]);
  });

  it('gives up who does not answer in time', () => {
    const [first, second] = heartFrom(0, times).dueUntil(0, 140);
    assert.deepEqual([first?.what, second?.what], ['ping', 'cut']);
    assert.equal((second?.at ?? 0) - (first?.at ?? 0), times.pong);
  });

  it('does not wait longer when it pings again meanwhile', () => {
    const beats = heartFrom(0, { ping: 10, pong: 25 }).dueUntil(0, 60);
    const [first] = beats;
    const cut = beats.find(({ what }) => what === 'cut');
    assert.equal((cut?.at ?? 0) - (first?.at ?? 0), 25);
  });
});

describe('the clock of all connections', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setInterval', 'Date'], now: 5_000 }));
  afterEach(() => mock.timers.reset());

  it('tells each of them the time, and no more once it is stopped', () => {
    const seen: number[] = [];
    const connections = [{ tick: (_now: number, date: number) => void seen.push(date) }];
    const clock = startTicking(connections, { ping: 25_000, pong: 20_000 });
    mock.timers.tick(1_000);
    mock.timers.tick(1_000);
    clock.stop();
    mock.timers.tick(2_000);
    assert.deepEqual(seen, [6_000, 7_000]);
  });

  it('looks more often where pings are to come in quick succession', () => {
    const seen: number[] = [];
    const tick = (_now: number, date: number) => void seen.push(date);
    const clock = startTicking([{ tick }], { ping: 1_000, pong: 500 });
    mock.timers.tick(1_000);
    clock.stop();
    assert.equal(seen.length, 10);
  });
});
