import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { docker } from './helpers/docker.js';
import { describeOnEngine, image } from './helpers/engine.js';

describeOnEngine('a crowd that comes at once to a busy app', () => {
  it('is let in many at a turn of the loop, and the port is still one process’s alone', async () => {
    const script = fileURLToPath(new URL('helpers/crowd.mjs', import.meta.url));
    const mount = `${script}:/crowd.mjs:ro`;
    const found = await docker(
      ...['run', '--rm', '--network', 'none', '--volume', mount],
      ...['--entrypoint', 'node', await image(), '/crowd.mjs'],
    );
    const { accepted, turns, second } = JSON.parse(found);
    assert.equal(accepted, 64);
    assert.equal(second, 'port-in-use');
    // One socket alone takes 64 turns; among 16, the fullest has some more than its share of 4.
    assert(turns <= 32, `${turns} turns`);
  });
});
