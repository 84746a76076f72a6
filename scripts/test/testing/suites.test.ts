import assert from 'node:assert/strict';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { runSuite } from '../../src/testing/run-suite.js';
import { suites, turnsOf } from '../../src/testing/suites.js';

describe('suites', () => {
  it('run one after the other, but for those that mostly wait', () => {
    assert.deepEqual(turnsOf(['unit', 'contract', 'acme', 'chaos']), [
      ['unit'],
      ['acme', 'contract'],
      ['chaos'],
    ]);
    assert.deepEqual(turnsOf(['contract']), [['contract']]);
  });

  it('run beside others that there are', () => {
    for (const suite of Object.values(suites))
      if ('beside' in suite) assert.ok(Object.hasOwn(suites, suite.beside), suite.beside);
  });

  it('keep what they print where another one is shown', async () => {
    const files = ['app/test/unit/redis/address.test.ts'];
    const { counts, output } = await runSuite(projectRoot, { runner: 'mocha', files, tools: [] }, 'kept');
    assert.equal(counts.failed, 0);
    assert.ok(counts.passed > 0);
    assert.match(output ?? '', new RegExp(`${counts.passed} passing`));
  });
});
