import assert from 'node:assert/strict';
import { assertAnswers } from './helpers/deploy-under-way.js';
import type { Scene } from './on-a-host.js';

/** The shortest silence that a proxy can be made to bear is still longer than a pong may take here. */
const brief = ['PING_INTERVAL=1s', 'PONG_TIMEOUT=5s'];

/** `CANARY=full`. */
export function itStaysSilent(scene: () => Scene): void {
  describe('with CANARY=full', () => {
    it('does not go live where a socket does not live through a silence', async () => {
      const { site, images } = scene();
      const { code, all } = await site.deploy(images.mute, '--canary', 'full', ...brief);
      assert.equal(code, 1, all);
      assert.match(all, /the socket was closed \(1006\) after \d+ s without a message/);
      assert.match(all, /serves as before; nothing is left of/);
      await assertAnswers(site);
      assert.deepEqual(await site.images(), [images.a]);
    });

    it('goes live where one does', async () => {
      const { site, images } = scene();
      const began = performance.now();
      const { code, all } = await site.deploy(images.b, '--canary', 'full', ...brief);
      assert.equal(code, 0, all);
      // No canary was silent for less than what the proxy bears: a ping, its pong, and a slack.
      assert(performance.now() - began > 21_000);
      await assertAnswers(site);
      assert.deepEqual(await site.images(), [images.b]);
      assert.equal(site.journal, undefined);
    });
  });
}
