import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { printTable } from '../../../app/test/chaos/table.js';
import { ArgumentWatch } from '../acme/helpers/argument-watch.js';
import { Audience } from './helpers/audience.js';
import { figures, mostReturns } from './helpers/figures.js';
import type { Scene } from './on-a-host.js';

/** What clients notice of it. */
export function itChangesReleases(scene: () => Scene): void {
  describe(`with ${figures.clients} clients on four channels, and ${figures.rate} uplinks a second`, () => {
    let audience: Audience;

    before(async () => {
      audience = await Audience.start(scene().site);
      await audience.begin();
    });
    after(() => audience?.stop());

    it('closes no socket when a release does not carry WebSockets, says so, and the old one serves on', async () => {
      const { site, images } = scene();
      const before = site.read('current', 'release.json');
      const { code, all } = await site.deploy(images.broken);
      assert.equal(code, 1, all);
      assert.match(all, /Canary at the new instances: .*500/);
      assert.match(all, /serves as before; nothing is left of/);
      assert.deepEqual(await site.images(), [images.a]);
      assert.equal(site.read('current', 'release.json'), before);
      assert.equal(site.journal, undefined);
      assert.deepEqual(audience.closeCodes, []);
    });

    it('brings a new release and leads back: nothing is lost, nothing comes twice, and nobody stays away', async () => {
      const { site, images } = scene();
      const delay = monitorEventLoopDelay();
      delay.enable();
      const watch = new ArgumentWatch();
      const deployed = await site.deploy(images.b);
      const seen = [...(await watch.stop()), deployed.all];
      assert.equal(deployed.code, 0, deployed.all);
      const secrets = Object.entries(site.secrets).filter(([key]) => /SECRET|PASSWORD|API_KEY/.test(key));
      assert(secrets.length >= 4);
      for (const [key, value] of secrets) assert(!seen.some((one) => one.includes(value)), `${key} was seen`);
      assert.deepEqual(await site.images(), [images.b]);
      const back = await site.hermes('rollback');
      assert.equal(back.code, 0, back.all);
      assert.deepEqual(await site.images(), [images.a]);

      const verdict = await audience.verdict();
      const bound = mostReturns(figures, delay.max / 1e9);
      printTable({ ...verdict, 'bound of reconnects in one second': bound });
      const { lost, duplicated, disordered } = verdict;
      assert.deepEqual({ lost, duplicated, disordered }, { lost: 0, duplicated: 0, disordered: 0 });
      assert.equal(verdict['refused for good'], 0);
      assert.doesNotMatch(verdict['attempts that failed'], /server response/, 'a handshake was refused');
      // Each client was sent away twice, and for no other reason.
      assert.deepEqual([...new Set(audience.closeCodes)], [1012]);
      assert.equal(audience.closeCodes.length, 2 * figures.clients);
      assert(audience.mostReturns <= bound, `${audience.mostReturns} in one second`);
    });

    it('wrote down what was done', async () => {
      const entries = scene()
        .site.read('audit.log')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.deepEqual(
        entries.map(({ what, result }) => [what, result]),
        [
          ['deploy', 'ok'],
          ['deploy', 'undone'],
          ['deploy', 'ok'],
          ['rollback', 'ok'],
        ],
      );
      for (const { by, at } of entries) {
        assert.match(by, /.@./);
        assert(Date.parse(at) > 0);
      }
      const { stdout } = await scene().site.hermes('releases');
      assert.match(stdout, /^before .*-b .*\nserves .*-a /);
    });
  });
}
