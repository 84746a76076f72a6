/*
 * certbot repeats a request with a refused nonce once only. With every fifth nonce refused that is not enough, so we
 * try again.
 */
import assert from 'node:assert/strict';
import { build } from '../commands/helpers/build.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { type Installation, newInstallation } from './helpers/installation.js';

const renewals = 20;
/** Most of a renewal is waiting: two of them go on beside each other, each with a CA of its own. */
const lanes = 2;

describe('a CA that refuses every fifth nonce', function () {
  this.timeout(600_000);
  const installations: Installation[] = [];

  before(async () => {
    await build();
    // Without a proxy certbot answers by itself, and nothing needs to run: this is about the CA alone.
    for (let lane = 0; lane < lanes; lane += 1)
      installations.push(await newInstallation({ refusedNonces: 20 }, 'PROXY=none'));
  });

  after(async () => {
    await removeScratches();
    for (const installation of installations) await installation.stop();
  });

  it(`gives ${renewals} of ${renewals} renewals`, async () => {
    const seen = new Set<string>();
    let again = 0;
    const renew = async (installation: Installation) => {
      const { one, settings } = installation;
      for (let count = 0; count < renewals / lanes; count += 1) {
        const { code, all } = await one.hermes(
          'renew',
          '--force',
          ...settings,
          'JWT_SECRET_KEY=x',
          'SERVICE_API_KEY=x',
        );
        assert.equal(code, 0, all);
        again += all.match(/trying again/g)?.length ?? 0;
        seen.add(installation.live);
      }
    };
    await Promise.all(installations.map(renew));
    process.stdout.write(`      ${seen.size} certificates, ${again} tries more than that\n`);
    assert.equal(seen.size, renewals);
  });
});
