import { strict as assert } from 'node:assert';
import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { WriteBatch } from '../../../src/socket/write-batch.js';

/** A stream that keeps what it was given by one call each. */
class Recorded extends Writable {
  readonly writes: string[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.writes.push(String(chunk));
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.writes.push(chunks.map(({ chunk }) => String(chunk)).join(''));
    done();
  }
}

describe('a batch of writes', () => {
  it('makes one write for each connection of what comes in one turn', async () => {
    const batch = new WriteBatch(16_384);
    const [one, other] = [new Recorded(), new Recorded()];
    for (const text of ['a', 'b', 'c']) {
      for (const connection of [one, other]) {
        batch.hold(connection);
        connection.write(text);
      }
    }
    assert.deepEqual(one.writes, []);
    await turn();
    assert.deepEqual([one.writes, other.writes], [['abc'], ['abc']]);
    batch.hold(one);
    one.write('d');
    await turn();
    assert.deepEqual(one.writes, ['abc', 'd']);
  });

  it('does not gather more than a slow reader may have waiting', () => {
    const batch = new WriteBatch(16_384);
    const connection = new Recorded();
    for (let count = 0; count < 100; count += 1) {
      batch.hold(connection);
      connection.write('x'.repeat(10_000));
      assert.ok(connection.writableLength < 30_000, `${connection.writableLength}`);
    }
    assert.ok(connection.writes.length > 30);
  });

  it('keeps nothing back when the connection ends, and does not mind one that is gone', async () => {
    const batch = new WriteBatch(16_384);
    const [ending, gone] = [new Recorded(), new Recorded()];
    for (const connection of [ending, gone]) {
      batch.hold(connection);
      connection.write('last words');
    }
    ending.end('.');
    gone.destroy();
    await turn();
    assert.equal(ending.writes.join(''), 'last words.');
    assert.equal(ending.writableCorked, 0);
    assert.deepEqual(gone.writes, []);
  });
});
