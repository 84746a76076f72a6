import { strict as assert } from 'node:assert';
import { documentId, formatId, type IdParts, nextId, parseId } from '../../../src/domain/message-id.js';

const random = (below: number) => Math.floor(Math.random() * below);

describe('a message id', () => {
  it('reads back as what was written', () => {
    for (const parts of [
      { ms: 0, sequence: 0 },
      { ms: 1, sequence: 999_999 },
      { ms: 1_764_000_000_000, sequence: 42 },
      { ms: 9_999_999_999_999, sequence: 0 },
    ]) {
      assert.deepEqual(parseId(formatId(parts)), parts);
    }
  });

  it('sorts as text the way it sorts by time and sequence', () => {
    const ids = Array.from({ length: 500 }, () => ({
      ms: random(10) * 10 ** random(12),
      sequence: random(1_000_000),
    }));
    const byParts = [...ids].sort((a, b) => a.ms - b.ms || a.sequence - b.sequence).map(formatId);
    const byText = ids.map(formatId).sort();
    assert.deepEqual(byText, byParts);
  });

  it('may be given short', () => {
    assert.deepEqual(parseId('0'), { ms: 0, sequence: 0 });
    assert.deepEqual(parseId('1764000000000'), { ms: 1_764_000_000_000, sequence: 0 });
    assert.deepEqual(parseId('1764000000000-7'), { ms: 1_764_000_000_000, sequence: 7 });
  });

  for (const text of [
    '',
    '-',
    'abc',
    '1-',
    '-1',
    '1-2-3',
    ' 1',
    '1 ',
    '1.5',
    '12345678901234',
    '1-1234567',
    '٣',
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => assert.equal(parseId(text), undefined));
  }

  it('always follows the one before, also when the clock stands still or goes back', () => {
    let last: IdParts = { ms: 0, sequence: 0 };
    let before = formatId(last);
    for (const now of [5, 5, 4, 5, 6, 1, 6, 7]) {
      last = nextId(last, now);
      const id = formatId(last);
      assert.ok(id > before, `${id} after ${before}`);
      before = id;
    }
    assert.deepEqual(nextId({ ms: 8, sequence: 999_999 }, 8), { ms: 9, sequence: 0 });
  });
});

describe('a document id', () => {
  it('is 24 hex digits that sort like the id, and begins with its seconds', () => {
    const ids = [
      '1764000000000-000000',
      '1764000000000-000001',
      '1764000000001-000000',
      '1764000001000-000000',
    ];
    const documents = ids.map(documentId);
    for (const document of documents) assert.match(document, /^[0-9a-f]{24}$/);
    assert.deepEqual([...documents].sort(), documents);
    assert.equal(new Set(documents).size, ids.length);
    assert.equal(Number.parseInt(documents[0]?.slice(0, 8) ?? '', 16), 1_764_000_000);
  });
});
