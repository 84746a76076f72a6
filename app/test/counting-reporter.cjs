const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

/** Mocha's usual report, and its counts as JSON in the file that HERMES_TEST_COUNTS names, for `make test` to add up. */
module.exports = class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = runner.stats;
      const path = process.env.HERMES_TEST_COUNTS;
      if (path) writeFileSync(path, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
};
