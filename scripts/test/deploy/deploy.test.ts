import { build } from '../commands/helpers/build.js';
import { describeOnEngine } from '../compose/helpers/engine.js';
import { itChangesReleases } from './changes-releases.js';
import { DeploySite } from './helpers/deploy-site.js';
import { figures } from './helpers/figures.js';
import { type Images, images } from './helpers/images.js';
import { itRefusesClearly } from './refuses-clearly.js';
import { itSurvivesKills } from './survives-kills.js';

/** What the tests of one site share: it takes a minute to come up. */
export interface Scene {
  readonly site: DeploySite;
  readonly images: Images;
}

/** Milliseconds for what a busy machine takes long for. */
export const patience = 600_000;

for (const proxy of ['nginx', 'traefik'])
  describeOnEngine(`make deploy to a host, behind ${proxy}`, function () {
    this.timeout(patience);
    let scene: Scene;

    before(async () => {
      await build();
      const site = await DeploySite.prepare({ PROXY: proxy, DRAIN_SECONDS: String(figures.drain) });
      scene = { site, images: await images() };
      const { code, all } = await site.deploy(scene.images.a);
      if (code !== 0) throw new Error(`the first deploy failed:\n${all}`);
    });
    after(async () => {
      await scene?.site.remove();
    });

    itChangesReleases(() => scene);
    if (proxy === 'traefik') return;
    itRefusesClearly(() => scene);
    itSurvivesKills(() => scene);
  });
