import { strict as assert } from 'node:assert';
import { sameAs } from '../../../src/auth/api-key.js';

describe('a secret', () => {
  it('equals itself', () => assert.ok(sameAs('correct horse')('correct horse')));

  for (const other of ['', 'correct hors', 'correct horse ', 'Correct horse', 'correct horsé']) {
    it(`differs from ${JSON.stringify(other)}`, () => assert.ok(!sameAs('correct horse')(other)));
  }
});
