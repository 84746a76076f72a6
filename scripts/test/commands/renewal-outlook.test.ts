import assert from 'node:assert/strict';
import { ensureLocal } from '../../src/certs/ensure-local.js';
import { type RenewalRecord, updateRecord } from '../../src/renewal/record.js';
import { findWorkers } from '../../src/stack/workers.js';
import { build } from './helpers/build.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

describe('hermes certs, as to renewal', function () {
  this.timeout(120_000);
  const day = 86_400_000;
  let one: Scratch;
  /** A certificate of 90 days that is so many days old. */
  const issue = (age: number, more: object = {}) => {
    const now = new Date(Date.now() - age * day);
    return ensureLocal({ folder: one.root, domains: ['localhost'], days: 90, force: true, now, ...more });
  };
  const put = (record: RenewalRecord) => updateRecord(one.root, 'localhost', () => record);
  before(build);
  beforeEach(async () => {
    one = await scratch();
  });
  afterEach(removeScratches);

  it('exits 1 below a third of the life when no renewal runs, and says what to do', async () => {
    await issue(70);
    const { code, all } = await one.hermes('certs');
    assert.equal(code, 1);
    assert.match(
      all,
      /^ {2}FAULT +renewal-not-running: 22 % of its life is left and no renewal is in sight: .+\n +→ .*make up/m,
    );
    const [leaf] = JSON.parse((await one.hermes('certs', '--json')).stdout);
    assert.deepEqual([leaf.faults.length, leaf.outlook.worry.code], [1, 'renewal-not-running']);
    assert.match((await one.hermes('status')).all, /^ {2}Renewal +22 % of its life is left/m);
  });

  it('exits 0 above it, though no renewal runs', async () => {
    await issue(50);
    const { code, all } = await one.hermes('certs');
    assert.equal(code, 0, all);
    const [leaf] = JSON.parse((await one.hermes('certs', '--json')).stdout);
    assert.equal(leaf.outlook.obstacle.code, 'renewal-not-running');
    assert(Math.abs(leaf.outlook.lifeLeft - 40 / 90) < 0.001, String(leaf.outlook.lifeLeft));
  });

  it('says that with TLS=files only the operator can renew', async () => {
    await issue(70);
    const { code, all } = await one.hermes('certs', 'TLS=files');
    assert.equal(code, 1);
    assert.match(all, /FAULT +renewal-yours: .+\n +→ put it where SSL_CERTFILE/);
  });

  it('shows the last good look, the next one and the last fault', async () => {
    await issue(50);
    const times = { lastLook: '2026-11-23T12:00:00Z', lastSuccess: '2026-11-22T12:00:00Z' };
    const fault = { code: 'acme-unreachable', message: 'the CA does not answer' };
    await put({ ...times, nextLook: '2026-11-23T13:00:00Z', failures: 2, fault });
    const looks = 'last good 2026-11-22T12:00:00Z, next 2026-11-23T13:00:00Z';
    const { all } = await one.hermes('certs');
    assert.match(all, new RegExp(`^ {2}looks +${looks}$`, 'm'));
    assert.match(all, /^ {2}failed +2 times in a row: the CA does not answer$/m);
    const { all: status } = await one.hermes('status');
    assert.match(status, new RegExp(`^ {2}Renewal +${looks}; failed 2 times in a row: the CA`, 'm'));
    const json = JSON.parse((await one.hermes('status', '--json')).stdout);
    assert.deepEqual(json.certificates[0].outlook.record.fault, fault);
  });

  it('tells an expired certificate from one that is not served', async () => {
    one = await scratch({ mode: 0o755 });
    await issue(91);
    await one.up();
    await issue(91, { gid: (await findWorkers())?.gid });
    const { code, all } = await one.hermes('certs');
    assert.equal(code, 1);
    assert.match(all, /^ {2}wire +served as on disk, BUT out of date: .+, but it expired at .+Z$/m);
    assert.match(all, /FAULT +cert-expired: /);
  });
});
