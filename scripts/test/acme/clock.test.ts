/*
 * Renewal times under a moved clock, with the real certbot and a real CA: for each lifetime kept just before the time
 * has come, renewed just after it, and at once where the CA's own window (ARI, RFC 9773) has passed.
 */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { renewalTime } from '../../src/certs/renewal.js';
import { build } from '../commands/helpers/build.js';
import type { Run } from '../commands/helpers/run.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { type Installation, newInstallation } from './helpers/installation.js';
import { profiles } from './helpers/pebble.js';

const hour = 3_600_000;

describe('the time of a renewal', function () {
  this.timeout(240_000);
  let installation: Installation;

  before(build);

  afterEach(async () => {
    await removeScratches();
    await installation?.stop();
  });

  /** @param at moves the clock of everything that runs */
  const renew = (at?: Date): Promise<Run> => {
    const { one, settings } = installation;
    const words = ['renew', ...settings];
    return one.hermesAt(at, ...words);
  };

  const dates = () => {
    const certificate = new X509Certificate(installation.live);
    return { notBefore: new Date(certificate.validFrom), notAfter: new Date(certificate.validTo) };
  };

  for (const [profile, seconds] of Object.entries(profiles)) {
    it(`follows a life of ${seconds / 3_600} hours (${profile})`, async () => {
      installation = await newInstallation({}, 'PROXY=none', `ACME_PROFILE=${profile}`);
      assert.match((await renew()).all, /certificate issued/);
      const { notBefore, notAfter } = dates();
      assert.equal(Math.round((notAfter.getTime() - notBefore.getTime()) / 1_000 / 60), seconds / 60);
      const due = renewalTime({ notBefore, notAfter }).getTime();
      // This CA suggests a time of its own (ARI), at random within a day before or after two thirds of the life.
      const suggested = notAfter.getTime() - (seconds * 1_000) / 3;
      const early = await renew(new Date(Math.min(due, suggested) - 25 * hour));
      assert.match(early.all, /certificate kept/);
      const late = await renew(new Date(Math.max(due, suggested) + 25 * hour));
      assert.match(late.all, /certificate renewed \(its life ends at /);
    });
  }

  it('is at once where the CA suggests a window that has passed', async () => {
    installation = await newInstallation({}, 'PROXY=none', 'ACME_LIMITS=letsencrypt');
    assert.match((await renew()).all, /certificate issued/);
    const day = 24 * hour;
    const [from, to] = [new Date(Date.now() - 2 * day), new Date(Date.now() - day)];
    await installation.pebble.suggestRenewal(installation.live, from, to);
    const { code, all } = await renew();
    assert.equal(code, 0, all);
    assert.match(all, /certificate renewed \(the CA asks for it\)/);
    assert.equal(readdirSync(installation.one.at('certs/sets/hermes.localhost')).length, 2);
  });
});
