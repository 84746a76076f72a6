import { deepEqual, equal } from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { ensureTraefik } from '../../src/packages/traefik.js';
import { renderTraefik } from '../../src/render/traefik.js';
import type { TraefikPlace } from '../../src/render/traefik-place.js';
import { followedServices, planTraefik } from '../../src/render/traefik-plan.js';
import { renderServices } from '../../src/render/traefik-services.js';
import { makeCa } from './helpers/openssl.js';
import { accepts, freePorts } from './helpers/ports.js';
import { goldenRoot, settingsOf, type TraefikProfile, traefikProfiles } from './helpers/profiles.js';
import { runTraefik } from './helpers/traefik.js';
import { readTree } from './helpers/tree.js';
import { until } from './helpers/until.js';

const goldens = join(projectRoot, 'scripts/test/golden');

/** With the file that another container would write, where nobody else does. */
function render(environment: Record<string, string>, place: TraefikPlace, folder: string): void {
  const settings = settingsOf(environment);
  renderTraefik(settings, place, folder);
  if (place.upstreams === 'followed')
    renderServices(settings, ['172.18.0.3:5000', '172.18.0.4:5000'], folder);
}

describe('the rendered configuration of Traefik', () => {
  before(async function () {
    // Where there is none, it is built first.
    this.timeout(1_200_000);
    await ensureTraefik(() => {});
  });
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hermes golden '));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const [name, { environment, place }] of Object.entries<TraefikProfile>(traefikProfiles)) {
    it(`is what golden/${name} shows (UPDATE_GOLDEN=1 renders it anew)`, () => {
      const golden = join(goldens, name, 'traefik');
      if (process.env.UPDATE_GOLDEN) {
        rmSync(golden, { recursive: true, force: true });
        render(environment, place, golden);
      }
      render(environment, place, folder);
      deepEqual(readTree(folder), readTree(golden));
    });

    it(`is taken up by Traefik, without a complaint, as golden/${name}`, async () => {
      const [http = 0, https = 0] = await freePorts(2);
      const settings = settingsOf(environment);
      for (const [path, content] of Object.entries(readTree(join(goldens, name, 'traefik')))) {
        const here = content
          .replaceAll(goldenRoot, folder)
          .replaceAll(`:${settings.HTTPS_PORT}"`, `:${https}"`)
          .replaceAll(`:${settings.HTTP_PORT}"`, `:${http}"`);
        mkdirSync(dirname(join(folder, 'traefik', path)), { recursive: true });
        writeFileSync(join(folder, 'traefik', path), here);
      }
      writeFileSync(join(folder, 'tls.pem'), makeCa(folder).leaf('ecdsa'));
      const traefik = await runTraefik(join(folder, 'traefik'));
      try {
        await until('it listens', () => traefik.child.exitCode !== null || accepts(http));
        // Routers and certificates come after the ports: a request for one of our hosts tells that they are there.
        const host = settings.DOMAIN[0]?.replace('*', 'any') ?? '';
        await until('it has its routers', () => traefik.child.exitCode !== null || routed(http, host));
        equal(complaints(traefik.said, 'acme' in place && place.acme.orders), '');
      } finally {
        // One that asks a CA itself hangs for ten seconds when it is asked to end in its first ones.
        await traefik.stop('SIGKILL');
      }
    });
  }

  it('uses every file of traefik in some profile', () => {
    const sources = new Set([
      followedServices.source,
      ...Object.values(traefikProfiles).flatMap(({ environment, place }) =>
        planTraefik(settingsOf(environment), place).map(({ source }) => source),
      ),
    ]);
    deepEqual([...sources].sort(), Object.keys(readTree(join(projectRoot, 'traefik'))));
  });

  it('leaves no file of another choice behind', () => {
    const targets = Object.values(traefikProfiles).map(({ environment, place }: TraefikProfile) => {
      const followed = place.upstreams === 'followed' ? [followedServices] : [];
      const planned = [...planTraefik(settingsOf(environment), place), ...followed];
      return [...new Set(planned.map(({ target }) => target))].sort();
    });
    for (const each of targets) deepEqual(each, targets[0]);
    equal(readdirSync(join(goldens, 'selfsigned/traefik/dynamic')).length, (targets[0]?.length ?? 0) - 1);
  });
});

/** An order has no certificate yet, and here no CA either. */
function complaints(said: string, orders: boolean): string {
  const expected = /"providerName":"hermes\.acme"|unable to find certificate for domains/;
  const lines = said.split('\n').filter((line) => !orders || !expected.test(line));
  return lines.join('\n');
}

/** Whether it has a router for a host. */
async function routed(port: number, host: string): Promise<boolean> {
  const asked = request({ port, host: '127.0.0.1', headers: { Host: host }, agent: false }).end();
  const [response] = await once(asked, 'response');
  response.resume();
  return response.statusCode !== 404;
}
