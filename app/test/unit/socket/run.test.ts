import { strict as assert } from 'node:assert';
import { Run } from '../../../src/socket/run.js';

const [a, b, c] = ['a', 'bb', 'ccc'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];

describe('a run of frames', () => {
  it('has them in their order, in one piece', () => {
    const run = Run.empty.with(a).with(b).with(c);
    assert.equal(String(run.bytes), 'abbccc');
    assert.equal(run.length, 6);
    assert.deepEqual([Run.empty.length, Run.empty.bytes.length], [0, 0]);
  });

  it('is the same one for all receivers of the same frames, and so are its bytes', () => {
    const one = Run.empty.with(a);
    const other = Run.empty.with(a);
    assert.equal(one, other);
    assert.equal(one.with(b), other.with(b));
    assert.equal(one.with(b).bytes, other.with(b).bytes);
  });

  it('of one frame is that frame, without a copy', () => {
    assert.equal(Run.empty.with(c).bytes, c);
  });

  it('does not change when others go another way', () => {
    const shared = Run.empty.with(a);
    const left = shared.with(b);
    const right = shared.with(c);
    const again = Run.empty.with(b);
    assert.deepEqual(
      [left, right, shared, again].map(({ bytes }) => String(bytes)),
      ['abb', 'accc', 'a', 'bb'],
    );
    assert.equal(String(left.with(a).bytes), 'abba');
  });
});
