import { build } from '../commands/helpers/build.js';
import { describeOnEngine } from '../compose/helpers/engine.js';
import { DeploySite } from './helpers/deploy-site.js';
import { figures } from './helpers/figures.js';
import { type Images, makeImages, removeImages } from './helpers/images.js';

/** What the tests of one site share: it takes a minute to come up. */
export interface Scene {
  readonly site: DeploySite;
  readonly images: Images;
}

/** Milliseconds for what a busy machine takes long for. */
const patience = 900_000;

/** Tests of a site behind a proxy, on which the first release has been deployed. */
export function describeOnHost(proxy: 'nginx' | 'traefik', tests: (scene: () => Scene) => void): void {
  describeOnEngine(`make deploy to a host, behind ${proxy}`, function () {
    this.timeout(patience);
    let site: DeploySite;
    let images: Images;

    before(async () => {
      await build();
      site = await DeploySite.prepare({
        PROXY: proxy,
        DRAIN_SECONDS: String(figures.drain),
        // Fewer than the open files that any machine allows.
        MAX_CONNECTIONS: '5000',
      });
      images = await makeImages();
      const { code, all } = await site.deploy(images.a);
      if (code !== 0) throw new Error(`the first deploy failed:\n${all}`);
    });
    after(async () => {
      await site?.remove();
      if (images) await removeImages(images);
    });

    tests(() => ({ site, images }));
  });
}
