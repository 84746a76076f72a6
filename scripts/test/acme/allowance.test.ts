import assert from 'node:assert/strict';
import { waitBefore } from '../../src/acme/allowance.js';
import type { LedgerEvent } from '../../src/acme/ledger-file.js';
import { limitsFor } from '../../src/acme/limits.js';
import { seeded } from './helpers/random.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const start = Date.parse('2026-11-23T00:00:00Z');
const limits = limitsFor({ ACME_LIMITS: 'auto' }, { name: 'production', url: '', letsencrypt: 'production' });

/** What one host did, as the test itself remembers it. */
interface Done {
  readonly at: number;
  readonly names: string[];
  readonly kind: 'ordered' | 'issued' | 'failed';
}

describe('ACME allowance over random histories', () => {
  const sets = [
    ['a.example'],
    ['a.example', 'b.example'],
    ['B.example', 'a.example'],
    ['c.co.uk', '*.c.co.uk'],
  ];

  for (let seed = 1; seed <= 12; seed++) {
    it(`keeps every limit, and says the first instant at which it may go on (seed ${seed})`, () => {
      const random = seeded(seed);
      const events: LedgerEvent[] = [];
      const done: Done[] = [];
      let now = start;
      let refused = 0;
      for (let step = 0; step < 400; step++) {
        const names = sets[Math.floor(random() * sets.length)] ?? [];
        const order = { directory: 'production', names };
        const wait = waitBefore(order, events, limits, new Date(now));
        if (wait) {
          refused++;
          assert(wait.until.getTime() > now);
          assert(
            waitBefore(order, events, limits, new Date(wait.until.getTime() - 1)),
            'not a moment earlier',
          );
          assert.equal(waitBefore(order, events, limits, wait.until), undefined);
          // Now and then somebody waits for exactly that instant.
          now = random() < 0.5 ? wait.until.getTime() : now + Math.floor(random() * 2 * hour);
          continue;
        }
        const id = `${step}`;
        events.push({ at: new Date(now), directory: 'production', kind: 'ordered', id, names });
        done.push({ at: now, names, kind: 'ordered' });
        now += Math.floor(random() * 30_000);
        const luck = random();
        // A killed process writes no outcome, and its order may count as failed at once.
        const kind = luck < 0.3 ? 'issued' : 'failed';
        if (luck < 0.9) events.push({ at: new Date(now), directory: 'production', kind, id, names });
        done.push({ at: now, names, kind });
        now += Math.floor(random() ** 6 * 2 * day);
      }
      assert(refused > 10, `only ${refused} refusals`);
      assertWithinCaLimits(done);
    });
  }
});

/** Counted by hand, with the numbers of the CA, over every span that ends at something done. */
function assertWithinCaLimits(done: readonly Done[]): void {
  const key = (names: string[]) =>
    names
      .map((name) => name.toLowerCase())
      .sort()
      .join(' ');
  for (const { at, names } of done) {
    const within = (span: number) => done.filter((other) => other.at <= at && other.at > at - span);
    for (const name of names.map((each) => each.toLowerCase().replace('*.', ''))) {
      const failures = within(hour).filter(
        (other) =>
          other.kind === 'failed' &&
          key(other.names)
            .split(/ |\*\./)
            .includes(name),
      );
      assert(failures.length <= 4, `${failures.length} failures of ${name} in an hour`);
    }
    const issued = within(7 * day).filter(
      (other) => other.kind === 'issued' && key(other.names) === key(names),
    );
    assert(issued.length <= 5, `${issued.length} certificates for ${key(names)} in a week`);
    assert(within(3 * hour).filter(({ kind }) => kind === 'ordered').length <= 300);
  }
}
