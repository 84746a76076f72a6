import { strict as assert } from 'node:assert';
import { closeCodes, explainClose } from '../../../src/console/close-codes.js';
import { closeCode } from '../../../src/socket/close-code.js';

describe('close codes in the console', () => {
  it('are explained for every code that the server sends', () => {
    const unknown = Object.values(closeCode).filter((code) => !(code in closeCodes));
    assert.deepEqual(unknown, []);
  });

  it('lead to another attempt where that can help', () => {
    const retried = Object.keys(closeCodes).filter((code) => explainClose(Number(code), '').retry);
    assert.deepEqual(retried, ['1001', '1005', '1006', '1011', '1012', '1013', '1014']);
  });

  it('name what to do, and repeat the reason that the server gave', () => {
    const problem = explainClose(closeCode.policyViolation, 'the token has expired');
    assert.equal(problem.code, 'close-1008');
    assert.equal(problem.reason, 'the token has expired');
    assert.match(problem.fix, /new token/);
  });

  it('leave the reason out when there was none', () => {
    assert.ok(!('reason' in explainClose(1006, '')));
  });

  it('of which nothing is known are not tried again', () => {
    const { title, retry } = explainClose(4321, '');
    assert.deepEqual({ title, retry }, { title: '4321 Unknown close code', retry: false });
  });
});
