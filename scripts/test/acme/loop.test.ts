import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../../app/test/helpers/wait.js';
import type { RenewalRecord } from '../../src/renewal/record.js';
import { build } from '../commands/helpers/build.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { domain, type Installation, newInstallation } from './helpers/installation.js';

/** The loop looks at the clock every 15 s. */
const patience = 90_000;

describe('the renewal process of a stack', function () {
  this.timeout(240_000);
  let installation: Installation;

  before(async () => {
    await build();
    installation = await newInstallation();
    await installation.up();
  });

  after(async () => {
    await removeScratches();
    await installation?.stop();
  });

  const record = (): RenewalRecord => JSON.parse(installation.one.read('certs/renewals.json'))[domain];

  /** As if the last look had been long ago. */
  function forgetLooks(): void {
    const { one, pebble } = installation;
    writeFileSync(one.at('certs/renewals.json'), '{}');
    const [ca = ''] = readdirSync(one.at('certs/acme')).filter((name) =>
      name.includes(new URL(pebble.url).port),
    );
    const lineage = one.at('certs/acme', ca, 'renewal', `${domain}.conf`);
    writeFileSync(lineage, readFileSync(lineage, 'utf8').replace(/^ari_retry_after.*\n/m, ''));
  }

  it('plans its next look, and writes it down', async () => {
    await until(
      () => record()?.nextLook !== undefined,
      () => `a plan; so far: ${installation.one.read('certs/renewals.json')}`,
      patience,
    );
    assert.equal(record().failures, 0);
    assert.ok(new Date(record().nextLook ?? 0) > new Date());
  });

  it('renews by itself what the CA wants renewed, and closes no socket', async () => {
    const { live, pebble } = installation;
    const client = await installation.connect();
    const day = 86_400_000;
    await pebble.suggestRenewal(live, new Date(Date.now() - 2 * day), new Date(Date.now() - day));
    forgetLooks();
    await until(
      () => installation.live !== live && record()?.lastInstalled !== undefined,
      () => `another certificate; the log: ${installation.one.read('.hermes/logs', 'renewal.log')}`,
      patience,
    );
    assert.equal((await client.ask({ action: 'ping' })).action, 'pong');
    await client.end();
    assert.match(installation.one.read('.hermes/logs', 'renewal.log'), /renewed \(the CA asks for it\)/);
  });

  it('records that the CA is away, and how often', async () => {
    const { pebble, one } = installation;
    const client = await installation.connect();
    await pebble.server.stop();
    // Due by our own rules: as if the lineage were lost, so that an order is expected.
    const [ca = ''] = readdirSync(one.at('certs/acme')).filter((name) =>
      name.includes(new URL(pebble.url).port),
    );
    const lineage = join(one.at('certs/acme', ca), 'renewal', `${domain}.conf`);
    writeFileSync(lineage, '');
    forgetLooks();
    const files = one.at('certs/acme', ca, 'live', domain, 'fullchain.pem');
    writeFileSync(files, '');
    await until(
      () => (record()?.failures ?? 0) > 0,
      () => `a failure; so far: ${one.read('certs/renewals.json')}`,
      patience,
    );
    assert.match(record().fault?.message ?? '', /cannot be reached/);
    assert.equal((await client.ask({ action: 'ping' })).action, 'pong');
    await client.end();
  });
});
