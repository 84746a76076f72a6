import assert from 'node:assert/strict';
import { besideThePlan, line } from '../../src/bench/fit.js';

describe('what benchmarks say of the plan', () => {
  it('finds what a delivery costs, and what each KiB adds', () => {
    const points = [256, 1_024, 4_096].map((size) => ({ size, micros: 2 + (size / 1_024) * 0.5 }));
    const { base, perKiB } = line(points);
    assert.ok(Math.abs(base - 2) < 1e-9 && Math.abs(perKiB - 0.5) < 1e-9, `${base}, ${perKiB}`);
  });

  it('sets every coefficient beside the one that is planned with', () => {
    const rows = besideThePlan({ publish: 123 });
    assert.match(
      rows.find(({ what }) => what.includes('`publish`'))?.value ?? '',
      /^123 µs \(the plan has \d+\)$/,
    );
    assert.match(rows.find(({ what }) => what.includes('`redis`'))?.value ?? '', /^– µs/);
  });
});
