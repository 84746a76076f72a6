import assert from 'node:assert/strict';
import { seeded } from '../acme/helpers/random.js';
import { type Answer, type Course, day, hour, mostWithin, simulate } from './helpers/simulate.js';

/*
 * The safety margin: while the CA is up, a tenth of the life is always left, also where it refuses a fifth of the
 * orders or the clock is two days wrong. An outage of a quarter of the life lets no certificate run out; after it, the
 * renewal takes no longer than a routine interval and the hour that the ledger may ask for.
 */

const years = 2 * 365 * day;
const lives: [string, number, routine: number][] = [
  ['160 hours', 160 * hour, 5 * hour],
  ['45 days', 45 * day, 12 * hour],
  ['64 days', 64 * day, 12 * hour],
  ['90 days', 90 * day, 12 * hour],
];

/** Orders are within the limits by a clock that is right, as the CA counts them; also while a clock is wrong. */
function assertModest({ orders }: Course, failuresAnHour = 4): void {
  const times = (is: (answer: Answer) => boolean) =>
    orders.filter(({ answer }) => is(answer)).map(({ time }) => time);
  const failures = mostWithin(
    times((answer) => answer !== 'issued'),
    hour,
  );
  assert(failures <= failuresAnHour, `${failures} failures in an hour`);
  const issued = mostWithin(
    times((answer) => answer === 'issued'),
    7 * day,
  );
  assert(issued <= 5, `${issued} certificates in a week`);
}

for (const [name, life, routine] of lives) {
  describe(`two years of certificates of ${name}`, () => {
    const share = life < 10 * day ? 2 : 3;
    /** Renewals fall due after this share of the life. */
    const dueAge = life - life / share;

    it('looks at least twice a day, orders once a life, and renews in good time', () => {
      const course = simulate({ life, random: seeded(1), answer: () => 'issued' }, years);
      const gaps = course.looks.slice(1).map((time, index) => time - (course.looks[index] ?? 0));
      assert(Math.max(...gaps) <= routine + 300_000 && Math.min(...gaps) >= routine * 0.75);
      assert(course.leastLeft >= 1 / share - routine / life - 0.001, `${course.leastLeft} left`);
      assert(course.orders.length <= Math.ceil(years / dueAge));
      assertModest(course);
    });

    it('bears a CA that refuses a fifth of the orders, some with Retry-After', () => {
      let refused = 0;
      for (let seed = 1; seed <= 4; seed++) {
        const random = seeded(seed);
        const answer = (): Answer => {
          const luck = random();
          return luck < 0.05 ? { retryAfter: 6 * hour } : luck < 0.2 ? 'failed' : 'issued';
        };
        const course = simulate({ life, random, answer }, years);
        refused += course.orders.filter(({ answer: given }) => given !== 'issued').length;
        assert(course.leastLeft > 0.1, `${course.leastLeft} left with seed ${seed}`);
        assertModest(course);
      }
      assert(refused > 3, `${refused} orders were refused`);
    });

    for (let seed = 1; seed <= 3; seed++) {
      it(`bears outages of up to a quarter of the life, always at the worst time (seed ${seed})`, () => {
        const random = seeded(seed);
        const longest = life / 4;
        let [dueFrom, length] = [0, 0];
        const recoveries: number[] = [];
        const answer = (time: number): Answer => {
          if (time > dueFrom + routine + longest) {
            // The first try of a renewal: the CA goes down just now.
            [dueFrom, length] = [time, random() < 0.5 ? longest : random() * longest];
          }
          if (time < dueFrom + length) return 'failed';
          recoveries.push(time - (dueFrom + length));
          return 'issued';
        };
        const course = simulate({ life, random, answer }, years);
        assert(recoveries.length >= 5);
        assert(
          Math.max(...recoveries) <= routine + hour,
          `${Math.max(...recoveries) / hour} h after the outage`,
        );
        assert(course.leastLeft > 0.03, `${course.leastLeft} left`);
        assertModest(course);
      });

      it(`bears a clock that is set by up to two days, either way (seed ${seed})`, () => {
        const random = seeded(seed);
        const errors = Array.from({ length: years / day / 10 + 1 }, () =>
          random() < 0.5 ? 0 : (random() < 0.5 ? -1 : 1) * (random() < 0.5 ? 2 : random() * 2) * day,
        );
        const clockError = (time: number) => errors[Math.floor(time / (10 * day))] ?? 0;
        const course = simulate({ life, random, answer: () => 'issued', clockError }, years);
        assert(course.leastLeft > 0.1, `${course.leastLeft} left`);
        assert(course.looks.length < (1.1 * years) / (routine * 0.75), 'a jump costs one look');
        assertModest(course);
      });

      it(`bears failures while the clock is set (seed ${seed})`, () => {
        const random = seeded(seed);
        const clockError = (time: number) => (Math.floor(time / (3 * day)) % 2 ? 2 * day : 0);
        const answer = (): Answer => (random() < 0.4 ? 'failed' : 'issued');
        const course = simulate({ life, random, answer, clockError }, years);
        assert(course.leastLeft > 0.1, `${course.leastLeft} left`);
        // Two days ahead, the ledger believes that the hour is over: once for each time that the clock is set.
        assertModest(course, 8);
      });
    }

    it('meets a renewal window that the CA opens early', () => {
      const early = life / 5;
      const windowOpen = (time: number, issued: number) => time - issued >= early;
      const course = simulate({ life, random: seeded(1), answer: () => 'issued', windowOpen }, 20 * life);
      const ages = course.orders.slice(1).map(({ time }, index) => time - (course.orders[index]?.time ?? 0));
      assert(ages.length > 50);
      assert(Math.max(...ages) <= early + routine + 300_000, `${Math.max(...ages) / hour} h old`);
      assertModest(course);
    });
  });
}

describe('a CA that never issues', () => {
  it('is asked less and less often, and never above its limits', () => {
    const course = simulate({ life: 90 * day, random: seeded(1), answer: () => 'failed' }, years);
    assertModest(course);
    // Let’s Encrypt pauses after 1,152 failures in a row, and forgives one a day.
    for (const [index, { time }] of course.orders.entries()) assert(index + 1 - time / day < 1_152);
    assert(course.orders.length > years / day - 30, 'it is never given up');
  });

  it('is asked every quarter of an hour at most when a certificate is about to run out', () => {
    let first = true;
    const answer = (): Answer => {
      const given = first ? 'issued' : 'failed';
      first = false;
      return given;
    };
    const course = simulate({ life: 160 * hour, random: seeded(1), answer }, 160 * hour);
    const last = course.orders.filter(({ time }) => time > 154 * hour).map(({ time }) => time);
    assert(last.length > 10, `${last.length} tries in the last six hours`);
    assert(mostWithin(last, hour) <= 4);
    assertModest(course);
  });
});
