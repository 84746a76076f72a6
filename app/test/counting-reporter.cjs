const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

/**
 * Mocha's usual report, and as JSON in the file that HERMES_TEST_COUNTS names its counts and what failed, for
 * `make test` to add up and to say once more at the end.
 */
module.exports = class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failures = [];
    runner.on('fail', (test, error) =>
      failures.push({ title: test.fullTitle(), message: error?.message ?? `${error}` }),
    );
    runner.once('end', () => {
      const { passes, failures: failed, pending } = runner.stats;
      const path = process.env.HERMES_TEST_COUNTS;
      if (path) writeFileSync(path, JSON.stringify({ passed: passes, failed, skipped: pending, failures }));
    });
  }
};
