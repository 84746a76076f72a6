import { median } from './statistics.js';

/** What the rounds gave: the value in the middle, and the ends. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  return { min: Math.min(...values), median: median(values), max: Math.max(...values) };
}

/**
 * Ratios of a target to its base, round by round: what else the machine does in a round falls on both alike.
 * @throws Error unless both have the same rounds
 */
export function ratios(values: readonly number[], base: readonly number[]): Spread {
  if (values.length !== base.length || values.length === 0) throw new Error('rounds do not pair up');
  return spread(values.map((value, round) => value / (base[round] ?? Number.NaN)));
}

/** Such as `4.7 × (4.4 … 4.9)`. */
export function times({ min, median, max }: Spread): string {
  return `${short(median)} × (${short(min)} … ${short(max)})`;
}

/** Two significant digits below 10, and whole numbers above. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return value >= 10 ? String(Math.round(value)) : value.toPrecision(2);
}

/** Such as `88 k/s`. */
export function perSecond(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M/s`;
  return value >= 10_000 ? `${Math.round(value / 1_000)} k/s` : `${Math.round(value)}/s`;
}

/**
 * Measures every one of the named in each round, one after another; every other round backwards, so that none always
 * comes first.
 */
export async function alternate<T>(
  names: readonly string[],
  rounds: number,
  measure: (name: string, round: number) => Promise<T>,
): Promise<Map<string, T[]>> {
  const results = new Map<string, T[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 ? names.toReversed() : names) {
      results.get(name)?.push(await measure(name, round));
    }
  }
  return results;
}
