import assert from 'node:assert/strict';
import { touchingSteps } from '../../src/deploy/journal.js';
import { assertAnswers, at, begin, end } from './helpers/deploy-under-way.js';
import type { Scene } from './on-a-host.js';

/** A deploy that ends in the middle: the site answers, and the next one puts in order what was left. */
export function itSurvivesKills(scene: () => Scene): void {
  describe('that ends in the middle', () => {
    it('undoes what it has begun when it is interrupted', async () => {
      const { site, images } = scene();
      const deploy = begin(site, images.b);
      await at(deploy, site, 'gate');
      await end(deploy, site, 'SIGINT');
      assert.equal(deploy.exitCode, 1);
      assert.equal(site.journal, undefined);
      await assertAnswers(site);
      assert.deepEqual(await site.images(), [images.a]);
    });

    it('is killed at each of its steps: no second one begins beside it, the site answers, and the next one succeeds', async () => {
      const { site, images } = scene();
      for (const step of touchingSteps) {
        // Each begins with what the one before has left.
        for (let killed = false; !killed; ) {
          const deploy = begin(site, images.b);
          killed = await at(deploy, site, step);
          if (step === 'start') await assertBusy(scene());
          await end(deploy, site, 'SIGKILL');
        }
        await assertAnswers(site);
      }
      const { code, all } = await site.deploy(images.b);
      assert.equal(code, 0, all);
      await assertAnswers(site);
      assert.deepEqual(await site.images(), [images.b]);
      assert.equal(site.journal, undefined);
    });
  });
}

async function assertBusy({ site, images }: Scene): Promise<void> {
  const { code, stderr } = await site.deploy(images.b);
  assert.equal(code, 1);
  assert.match(stderr, /another deploy is under way there: \S+@\S+ since \d{4}-/);
}
