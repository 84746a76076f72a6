import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extract, pack } from 'tar-stream';
import { take } from '../../src/backup/unpack.js';

describe('unpacking', () => {
  it('fails, rather than waits, for an entry whose archive has ended meanwhile', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hermes-unpack-'));
    try {
      const [packed, archive] = [pack(), extract()];
      packed
        .entry({ name: 'a', size: 1_000 })
        .on('error', () => {})
        .write('its beginning');
      packed.on('error', () => {}).pipe(archive);
      const { value: entry } = await archive[Symbol.asyncIterator]().next();
      archive.destroy(new Error('unexpected end of file'));
      await new Promise<void>((closed) => archive.once('close', closed));
      const found = { digests: new Map(), folders: new Set<string>(), links: new Map() };
      await assert.rejects(take(entry, folder, found), /unexpected end/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
