import { strict as assert } from 'node:assert';
import { closeCode, reasonFor } from '../../../src/socket/close-code.js';

describe('a close code', () => {
  for (const [name, code] of Object.entries(closeCode)) {
    it(`${code} (${name}) has a reason that fits into a close frame`, () => {
      const reason = reasonFor(code);
      assert.ok(reason);
      assert.ok(
        Buffer.byteLength(reason) <= 123,
        'RFC 6455, section 5.5: control frames have 125 bytes at most',
      );
    });
  }

  it('of another’s has none', () => {
    assert.equal(reasonFor(1000), undefined);
    assert.equal(reasonFor(undefined), undefined);
  });
});
