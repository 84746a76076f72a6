import { strict as assert } from 'node:assert';
import { HermesError, messageOf } from '../../src/errors.js';

describe('a HermesError', () => {
  it('reads as one line for the fault and one for the fix', () => {
    assert.equal(new HermesError('c', 'it broke', 'mend it').toText(), 'it broke\n  → mend it');
    assert.equal(new HermesError('c', 'it broke').toText(), 'it broke');
  });

  it('keeps its code and its cause', () => {
    const cause = new Error('inner');
    const error = new HermesError('some-code', 'it broke', '', { cause });
    assert.deepEqual([error.code, error.cause, error instanceof Error], ['some-code', cause, true]);
  });
});

describe('the message', () => {
  it('of anything that was thrown has no stack', () => {
    assert.equal(messageOf(new Error('it broke')), 'it broke');
    assert.equal(messageOf('words'), 'words');
    assert.equal(messageOf(undefined), 'undefined');
  });
});
