import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  allowedFrom,
  assertAllowed,
  beginOrder,
  endOrder,
  type Outcome,
  RateLimited,
  recordRefusal,
} from '../../src/acme/ledger.js';
import { limitsFor } from '../../src/acme/limits.js';
import { newProject, removeProjects } from '../certs/helpers/project.js';

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.parse('2026-11-23T00:00:00Z');
const at = (ms: number) => new Date(start + ms);
const directoryNamed = (letsencrypt?: 'production' | 'staging') => ({
  name: letsencrypt ?? 'localhost-14000',
  url: '',
  letsencrypt,
});
const limits = limitsFor({ ACME_LIMITS: 'auto' }, directoryNamed('production'));
const order = { directory: 'production', names: ['example.com', 'www.example.com'] };

describe('ACME ledger', () => {
  let folder: string;
  const place = async (outcome: Outcome | undefined, ms: number, what = order) => {
    const open = await beginOrder(folder, what, limits, at(ms));
    if (outcome) await endOrder(folder, open, outcome, at(ms));
  };
  const refusal = async (ms: number, what: Parameters<typeof assertAllowed>[1] = order) => {
    try {
      await assertAllowed(folder, what, limits, at(ms));
    } catch (error) {
      assert(error instanceof RateLimited);
      return error;
    }
    return undefined;
  };

  beforeEach(() => {
    folder = newProject();
  });
  after(removeProjects);

  it('lets a fifth failure in an hour not happen, and says when to come back', async () => {
    for (let count = 0; count < 4; count++) await place('failed', count * 60_000);
    const error = await refusal(10 * 60_000);
    assert.equal(error?.code, 'rate-limited');
    assert.match(error.message, /4 of 4 failed validations of example\.com in an hour/);
    assert.match(error.message, /allowed at 2026-11-23T01:00:00\.000Z, in 50 min$/);
    assert.match(error.hint, /ACME_LIMITS=none/);
    assert.deepEqual(error.until, at(hour));
    await assert.rejects(beginOrder(folder, order, limits, at(10 * 60_000)), { code: 'rate-limited' });
    await place('issued', hour);
  });

  it('counts failures by name, a wildcard under the name below it', async () => {
    for (let count = 0; count < 4; count++) {
      await place('failed', 0, { directory: 'production', names: ['*.example.com'] });
    }
    assert.match(
      (await refusal(1, { directory: 'production', names: ['EXAMPLE.com'] }))?.message ?? '',
      /of example\.com/,
    );
    assert.equal(await refusal(1, { directory: 'production', names: ['www.example.com'] }), undefined);
  });

  it('lets a sixth certificate for the same names in seven days not happen, in whatever order they stand', async () => {
    for (let count = 0; count < 5; count++) await place('issued', count * hour);
    const turned = { ...order, names: ['WWW.example.com', 'example.com'] };
    const error = await refusal(day, turned);
    assert.match(
      error?.message ?? '',
      /5 of 5 certificates for .* in 7 days.*2026-11-30T00:00:00\.000Z, in 6 days$/,
    );
    assert.equal(await refusal(day, { ...order, names: ['example.com'] }), undefined, 'another set');
    assert.equal(await refusal(7 * day, turned), undefined);
  });

  it('exempts what the CA exempts: a renewal in its window, but not from failures', async () => {
    for (let count = 0; count < 5; count++) await place('issued', 0);
    const renewal = { ...order, byRenewalInfo: true };
    assert.equal(await refusal(1, renewal), undefined);
    for (let count = 0; count < 4; count++) await place('failed', 2, renewal);
    assert.match((await refusal(3, renewal))?.message ?? '', /failed validations/);
  });

  it('counts certificates below a registered domain, by the Public Suffix List, and lets renewals pass', async () => {
    const below = (index: number, suffix: string) => ({
      directory: 'production',
      names: [`host${index}.${suffix}`],
    });
    for (let count = 0; count < 50; count++) await place('issued', count, below(count, 'example.co.uk'));
    assert.match(
      (await refusal(hour, below(50, 'example.co.uk')))?.message ?? '',
      /50 of 50 certificates below example\.co\.uk in 7 days/,
    );
    assert.equal(await refusal(hour, below(7, 'example.co.uk')), undefined, 'a renewal');
    assert.equal(await refusal(hour, below(50, 'other.co.uk')), undefined);
    // github.io stands in the private part of the list: each user has a registered domain there.
    for (let count = 0; count < 50; count++) await place('issued', count, below(0, `user${count}.github.io`));
    assert.equal(await refusal(hour, below(0, 'user50.github.io')), undefined);
  });

  it('counts orders', async () => {
    for (let count = 0; count < 300; count++) {
      await place('abandoned', 0, { directory: 'production', names: [`host.domain${count}.example`] });
    }
    const error = await refusal(hour);
    assert.match(error?.message ?? '', /300 of 300 orders in 3 hours/);
    assert.deepEqual(error?.until, at(3 * hour));
  });

  it('takes an order without an outcome for a failure, and for a while for a certificate', async () => {
    for (let count = 0; count < 4; count++) await place(undefined, 0);
    assert.match((await refusal(1))?.message ?? '', /failed validations/);
    for (let count = 0; count < 4; count++) await place('issued', 2 * hour);
    assert.equal(await refusal(2 * hour), undefined);
    await beginOrder(folder, order, limits, at(2 * hour));
    assert.match((await refusal(2 * hour))?.message ?? '', /5 of 5 certificates/);
  });

  it('does not count as failed what the CA never validated', async () => {
    for (let count = 0; count < 10; count++) await place('abandoned', count);
    assert.equal(await refusal(20), undefined);
  });

  it('keeps the directories apart', async () => {
    for (let count = 0; count < 4; count++) await place('failed', 0);
    assert.equal(await refusal(1, { ...order, directory: 'staging' }), undefined);
  });

  it('does what the CA said with Retry-After, limits or not, for the names it was about', async () => {
    await recordRefusal(folder, order, at(5 * hour), at(0));
    const apart = { directory: 'production', names: ['other.example'] };
    assert.deepEqual(await allowedFrom(folder, order, undefined, at(hour)), at(5 * hour));
    assert.match((await refusal(hour))?.message ?? '', /the CA refused an order at 2026-11-23T00:00/);
    assert.equal(await refusal(hour, apart), undefined);
    assert.equal(await refusal(5 * hour), undefined);
    await recordRefusal(folder, { directory: 'production' }, at(9 * hour), at(5 * hour));
    assert.deepEqual((await refusal(6 * hour, apart))?.until, at(9 * hour));
  });

  it('does not believe a Retry-After beyond the longest limit', async () => {
    await recordRefusal(folder, order, at(400 * day), at(0));
    assert.deepEqual(await allowedFrom(folder, order, limits, at(1)), at(7 * day));
  });

  it('bears a clock that is set', async () => {
    for (let count = 0; count < 5; count++) await place('issued', 2 * day + count);
    assert(await refusal(0), 'set back by two days: what was done still counts');
    for (let count = 0; count < 4; count++) {
      await place('failed', 4_000 * day, { directory: 'production', names: ['b.example'] });
    }
    assert.equal(
      await refusal(0, { directory: 'production', names: ['b.example'] }),
      undefined,
      'years ahead',
    );
  });

  it('lets no more of several processes at once through than the limit', async function () {
    this.timeout(120_000);
    const orderer = fileURLToPath(new URL('helpers/orderer.ts', import.meta.url));
    const run = async () => {
      const command = ['--import', 'tsx', orderer, folder, '4', 'race.example', 'limited'];
      const { stdout } = await promisify(execFile)(process.execPath, command);
      return stdout.split('\n').filter(Boolean);
    };
    const placed = (await Promise.all([run(), run(), run(), run()])).flat();
    // Orders under way count as failed too, so a crowd may get a little less, and never more.
    assert(placed.length >= 4 && placed.length <= 5, `${placed.length} orders`);
  });
});

describe('choice of ACME limits', () => {
  const most = (choice: 'auto' | 'letsencrypt' | 'none', letsencrypt?: 'production' | 'staging') =>
    limitsFor({ ACME_LIMITS: choice }, directoryNamed(letsencrypt))?.failures.most;

  it('takes those of Let’s Encrypt for its directories, and of no other CA unless told', () => {
    assert.deepEqual(
      [
        most('auto', 'production'),
        most('auto', 'staging'),
        most('auto'),
        most('letsencrypt'),
        most('none', 'production'),
      ],
      [4, 199, undefined, 4, undefined],
    );
  });
});
