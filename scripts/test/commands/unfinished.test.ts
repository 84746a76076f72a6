import assert from 'node:assert/strict';
import { run } from './helpers/run.js';

describe('a command that waits for what never comes', () => {
  const source = new URL('../../src/unfinished.ts', import.meta.url).href;
  const act = (then: string) =>
    run(
      [
        process.execPath,
        '--import=tsx',
        '--input-type=module',
        '--eval',
        `(await import('${source}')).sayIfUnfinished(); ${then}`,
      ],
      {},
    );

  it('says that it ended too early', async () => {
    const { code, stderr } = await act('await new Promise(() => {})');
    assert.equal(code, 13);
    assert.match(stderr, /^hermes ended before it was done.*\n {2}→ run it again/);
  });

  it('says nothing when it is done', async () => {
    assert.deepEqual(await act(''), { code: 0, stdout: '', stderr: '', all: '' });
  });
});
