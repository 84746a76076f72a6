import { behaviours } from './behaviours.js';
import { test } from './helpers/test.js';
import { proxiedOnly } from './ways.js';

for (const { name, run, proxiedOnly: reason } of behaviours) {
  const details = reason ? { tag: proxiedOnly, annotation: { type: 'only', description: reason } } : {};
  test(name, details, ({ page, stack }) => run({ page, stack }));
}
