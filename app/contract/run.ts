import { type Difference, differences } from './differences.js';
import type { profiles } from './profiles.js';
import type { Row } from './row.js';
import type { ContractSite, Way } from './way.js';

/** What became of a row on a way. `not asked`: the way cannot offer what the row needs. */
export type Outcome = 'passed' | 'documented difference' | 'failed' | 'not asked';

type ProfileName = keyof typeof profiles;

/** Sites that may start at once: what two cores bear. */
const startsAtOnce = 2;

/**
 * Runs the table over the ways: ways beside each other, and so the profiles of one; in each, one row after another, but
 * for those that say otherwise. Everything is under way at once, and `outcome` tells of one when it is known.
 */
export class ContractRun {
  readonly #rows: readonly Row[];
  readonly #differences: readonly Difference[];
  readonly #outcomes = new Map<Way, Map<Row, Promise<Outcome>>>();
  readonly #sites = new Map<Way, Map<ProfileName, Promise<ContractSite>>>();
  readonly #starting = new Turns(startsAtOnce);
  readonly #alone = new Turns(1);

  constructor(ways: readonly Way[], rows: readonly Row[], documented: readonly Difference[] = differences) {
    this.#rows = rows;
    this.#differences = documented;
    for (const way of ways) this.#start(way);
  }

  /** Rejects with what has failed. */
  outcome(way: Way, row: Row): Promise<Outcome> {
    return (
      this.#outcomes.get(way)?.get(row) ?? Promise.reject(new Error(`${row.id} does not run on ${way.name}`))
    );
  }

  /** What became of every row on every way. */
  async outcomes(): Promise<(way: Way, row: Row) => Outcome> {
    const known = new Map<Promise<Outcome>, Outcome>();
    for (const rows of this.#outcomes.values())
      for (const outcome of rows.values()) known.set(outcome, await outcome.catch(() => 'failed' as const));
    return (way, row) => known.get(this.outcome(way, row)) ?? 'failed';
  }

  /** Stops all sites. */
  async end(): Promise<void> {
    await this.outcomes();
    for (const [way, sites] of this.#sites)
      for (const site of sites.values()) {
        const opened = await site.catch(() => undefined);
        if (opened) await way.close(opened);
      }
  }

  #start(way: Way): void {
    const outcomes = new Map<Row, Promise<Outcome>>();
    this.#outcomes.set(way, outcomes);
    this.#sites.set(way, new Map());
    const ends = new Map<ProfileName, Promise<unknown>>();
    const [last, others] = [this.#rows.filter(isLast), this.#rows.filter((row) => !isLast(row))];
    for (const row of others) {
      const profile = row.profile ?? 'usual';
      const after = row.pace === 'alongside' ? undefined : ends.get(profile);
      const outcome = this.#ask(way, row, after);
      outcomes.set(row, outcome);
      if (row.pace !== 'alongside') ends.set(profile, outcome);
    }
    let rest = Promise.allSettled(outcomes.values());
    for (const row of last) {
      const outcome = this.#ask(way, row, rest);
      outcomes.set(row, outcome);
      rest = Promise.allSettled([outcome]);
    }
    for (const outcome of outcomes.values()) outcome.catch(() => {});
  }

  async #ask(way: Way, row: Row, after: Promise<unknown> | undefined): Promise<Outcome> {
    await after?.catch(() => {});
    if (!canAsk(way, row)) return 'not asked';
    const difference = this.#differences.find((one) => one.row === row.id && one.way === way.name);
    const holds = difference?.instead ?? row.run;
    const site = await this.#site(way, row.profile ?? 'usual');
    const work = () => holds(site);
    await (row.pace === 'alone' ? this.#alone.take(work) : work());
    return difference ? 'documented difference' : 'passed';
  }

  #site(way: Way, profile: ProfileName): Promise<ContractSite> {
    const sites = this.#sites.get(way) as Map<ProfileName, Promise<ContractSite>>;
    const site = sites.get(profile) ?? this.#starting.take(() => way.open(profile));
    sites.set(profile, site);
    return site;
  }
}

/** Whether a way offers all that a row needs. */
export const canAsk = ({ offers }: Way, { needs = [] }: Row) => needs.every((need) => offers.includes(need));

const isLast = ({ pace }: Row) => pace === 'last';

/** Lets so many do their work at once, and the others wait for their turn. */
class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(free: number) {
    this.#free = free;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
