import { behaviours } from './behaviours.js';
import { test } from './helpers/test.js';
import { detailsOf } from './ways.js';

for (const { name, run, only } of behaviours) {
  test(name, detailsOf(only), ({ page, stack }) => run({ page, stack }));
}
