import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { build } from '../commands/helpers/build.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { domain, type Installation, newInstallation } from './helpers/installation.js';
import { orderRequestsAt, ordersAt, type Pebble, startPebble } from './helpers/pebble.js';

describe('the rehearsal of a new host', function () {
  this.timeout(240_000);
  let installation: Installation;
  let staging: Pebble;

  before(build);

  afterEach(async () => {
    await removeScratches();
    await Promise.all([installation?.stop(), staging?.stop()]);
  });

  it('comes before the first order of the real CA, and leaves nothing behind', async () => {
    installation = await newInstallation();
    staging = await startPebble({ httpPort: installation.one.ports.http, identity: installation.pebble });
    await installation.up(`ACME_REHEARSAL=${staging.url}`);
    assert.equal(ordersAt(staging), 1);
    assert.equal(ordersAt(installation.pebble), 1);
    const { one } = installation;
    assert.ok(!existsSync(one.at('certs/acme/rehearsal')));
    assert.equal(readdirSync(one.at('certs/sets', domain)).length, 1, 'only the real one was ever in use');

    const { code, all } = await one.hermes('renew', '--force');
    assert.equal(code, 0, all);
    assert.equal(ordersAt(staging), 1, 'a host that has proved itself rehearses no more');
  });

  it('keeps an order that would fail from the real CA', async () => {
    installation = await newInstallation();
    staging = await startPebble({
      httpPort: installation.one.ports.http,
      identity: installation.pebble,
      blocked: [domain],
    });
    const { code, stderr } = await installation.one.hermes(
      'up',
      ...installation.settings,
      `ACME_REHEARSAL=${staging.url}`,
    );
    assert.equal(code, 1);
    assert.match(stderr, /the CA does not issue for this name/);
    assert.equal(orderRequestsAt(installation.pebble), 0);
  });
});
