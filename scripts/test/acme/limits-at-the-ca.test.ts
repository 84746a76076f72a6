/*
 * The ledger against a real CA, with the limits of Let's Encrypt. Each try is a process of its own, as it is where a
 * container is made anew for it: what counts is kept with the certificates.
 */
import assert from 'node:assert/strict';
import { build } from '../commands/helpers/build.js';
import type { Run } from '../commands/helpers/run.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { type Installation, newInstallation } from './helpers/installation.js';
import { orderRequestsAt } from './helpers/pebble.js';

describe('the ledger of orders', function () {
  this.timeout(300_000);
  let installation: Installation;

  before(build);

  afterEach(async () => {
    await removeScratches();
    await installation?.stop();
  });

  const renew = (...more: string[]): Promise<Run> =>
    installation.one.hermes('renew', ...more, ...installation.settings);

  it('stops before the fifth failed validation in an hour', async () => {
    // Nothing answers there: the CA looks at another port than the one that is served.
    installation = await newInstallation(
      { httpPort: 1 },
      'PROXY=none',
      'ACME_LIMITS=letsencrypt',
      'ACME_PREFLIGHT=false',
    );
    for (let tries = 0; tries < 4; tries += 1) {
      const { code, stderr } = await renew();
      assert.equal(code, 1);
      assert.match(stderr, /the CA could not connect to this host \(hermes\.localhost: /);
    }
    const asked = orderRequestsAt(installation.pebble);
    const { code, stderr } = await renew();
    assert.equal(code, 1);
    assert.match(
      stderr,
      /the CA is not asked, to stay within its limits: 4 of 4 .+; the next try is allowed at \d{4}-/,
    );
    assert.equal(orderRequestsAt(installation.pebble), asked, 'the CA was asked once more');
  });

  it('stops before the sixth certificate for the same names in a week', async () => {
    installation = await newInstallation({}, 'PROXY=none', 'ACME_LIMITS=letsencrypt');
    for (let count = 0; count < 5; count += 1) {
      const { code, all } = await renew('--force');
      assert.equal(code, 0, all);
    }
    const { live } = installation;
    const asked = orderRequestsAt(installation.pebble);
    const { code, stderr } = await renew('--force');
    assert.equal(code, 1);
    assert.match(stderr, /5 of 5 certificates .+; the next try is allowed at \d{4}-/);
    assert.equal(orderRequestsAt(installation.pebble), asked, 'the CA was asked once more');
    assert.equal(installation.live, live);
  });
});
