import { coefficients } from '../capacity/coefficients.js';
import type { Measure } from './benchmark.js';
import { short } from './compare.js';

/** What one delivery of so many bytes cost. */
export interface Point {
  readonly size: number;
  readonly micros: number;
}

/** A cost that grows with the size: what any delivery costs, and what each KiB adds to it. */
export interface Line {
  readonly base: number;
  readonly perKiB: number;
}

/** The line that is nearest to the points (least squares); not a number where all have the same size. */
export function line(points: readonly Point[]): Line {
  const count = points.length;
  const mean = (of: (point: Point) => number) => points.reduce((sum, point) => sum + of(point), 0) / count;
  const [size, micros] = [mean((point) => point.size / 1_024), mean((point) => point.micros)];
  const spread = mean((point) => (point.size / 1_024 - size) ** 2);
  const perKiB = mean((point) => (point.size / 1_024 - size) * (point.micros - micros)) / spread;
  return { base: micros - perKiB * size, perKiB };
}

type Name = keyof typeof coefficients.micros;

/** The names under which the plan knows the two parts of a line. */
export const namesOf = (name: 'deliver' | 'proxy', { base, perKiB }: Line) => ({
  [name]: base,
  [`${name}KiB`]: perKiB,
});

/** What was measured, beside what `make plan` reckons with. */
export function besideThePlan(found: Partial<Record<Name, number>>): Measure[] {
  return (Object.keys(coefficients.micros) as Name[]).map((name) => ({
    what: `coefficient \`${name}\``,
    value: `${short(found[name] ?? Number.NaN)} µs (the plan has ${coefficients.micros[name]})`,
  }));
}
