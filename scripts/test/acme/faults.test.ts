/*
 * What can go wrong with a renewal. Whatever it is: one clear line, an exit that is not 0, the certificate before still
 * served, and the next renewal works once the cause is gone.
 */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { copyFileSync, readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { loadSettings } from '../../../app/src/settings/load.js';
import { until } from '../../../app/test/helpers/wait.js';
import { ensureCertbot } from '../../src/acme/certbot-program.js';
import { build } from '../commands/helpers/build.js';
import type { Run } from '../commands/helpers/run.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { FaultyCa } from './helpers/faulty-ca.js';
import { domain, type Installation, newInstallation } from './helpers/installation.js';

describe('a renewal that cannot be', function () {
  this.timeout(240_000);
  let installation: Installation;
  let front: FaultyCa;

  before(async () => {
    await build();
    installation = await newInstallation({ refusedNonces: 0 });
    await installation.up();
    front = await FaultyCa.before(installation.pebble);
  });

  after(async () => {
    await removeScratches();
    await front?.stop();
    await installation?.stop();
  });

  const renew = (...more: string[]): Promise<Run> => installation.one.hermes('renew', '--force', ...more);

  /** It fails with one line and one remedy, and nothing changes. */
  async function assertHarmless(run: Promise<Run>, line: RegExp): Promise<void> {
    const { live } = installation;
    const { code, stderr } = await run;
    assert.equal(code, 1, stderr);
    assert.match(stderr, line);
    assert.doesNotMatch(stderr, /Traceback|^\s+at /m);
    assert.equal(installation.live, live, 'what is in use has changed');
    await (await installation.connect()).end();
  }

  async function assertRenews(...more: string[]): Promise<string> {
    const { live } = installation;
    const { code, all } = await renew(...more);
    assert.equal(code, 0, all);
    assert.notEqual(installation.live, live);
    return all;
  }

  it('because the CA is out of reach', async () => {
    await assertHarmless(renew('ACME_DIRECTORY=https://127.0.0.1:1/dir'), /cannot be reached.*\n\s+→ /s);
  });

  it('because the CA is not the one that is trusted', async () => {
    await assertHarmless(renew('ACME_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt'), /cannot be verified/);
  });

  it('because the CA refuses more orders, and the time it names is kept to', async () => {
    const directory = `ACME_DIRECTORY=${front.url}`;
    await renew(directory);
    const before = front.orders;
    front.faults = [{ status: 429, headers: { 'Retry-After': '3600' }, problem: 'rateLimited' }];
    await assertHarmless(renew(directory), /the CA takes no more orders for these names/);
    assert.equal(front.orders, before + 1);
    await assertHarmless(renew(directory), /the CA is not asked.+the next try is allowed at .+, in 60 min/);
    assert.equal(front.orders, before + 1, 'the CA was asked all the same');
  });

  it('because the challenge does not come through', async () => {
    const elsewhere = await newInstallation({ refusedNonces: 0, httpPort: 1 });
    try {
      await assertHarmless(
        renew(`ACME_DIRECTORY=${elsewhere.pebble.url}`, `ACME_CA_BUNDLE=${elsewhere.pebble.bundle}`),
        /the CA could not connect to this host \(hermes\.localhost: .+\)\n\s+→ open port 80/,
      );
    } finally {
      await elsewhere.stop();
    }
  });

  it('at once, because the CA has a moment of weakness, but can with a further try', async () => {
    await installation.one.hermes('renew');
    const other = await FaultyCa.before(installation.pebble);
    try {
      const directory = `ACME_DIRECTORY=${other.url}`;
      other.faults = [
        { status: 500, problem: 'serverInternal' },
        { status: 400, problem: 'badNonce' },
        { status: 400, problem: 'badNonce' },
      ];
      assert.match(await assertRenews(directory), /trying again/);
    } finally {
      await other.stop();
    }
  });

  it('with an account that the CA has forgotten, but can with another', async () => {
    await installation.pebble.server.restart();
    assert.match(await assertRenews(), /the CA does not know our account any more: registering another/);
  });

  it('from a lineage that was cut short, but can with a new one', async () => {
    const { one } = installation;
    const [ca = ''] = readdirSync(one.at('certs/acme')).filter((name) =>
      name.includes(new URL(installation.pebble.url).port),
    );
    const archive = one.at('certs/acme', ca, 'archive', domain);
    for (const file of readdirSync(archive)) truncateSync(join(archive, file), 10);
    assert.match(await assertRenews(), /did not hold together/);
  });

  it('and a certificate that was obtained, but not put in use, is by the next one', async () => {
    const { one } = installation;
    const serial = new X509Certificate(installation.live).serialNumber;
    // As a run that is killed between the two leaves it.
    const sets = readdirSync(one.at('certs/sets', domain)).sort();
    const earlier = one.at('certs/sets', domain, sets.at(-2) ?? '');
    await execa('ln', ['-sfn', earlier, one.at('certs/live', domain)]);
    assert.notEqual(new X509Certificate(installation.live).serialNumber, serial);
    const { code, all } = await one.hermes('renew');
    assert.equal(code, 0, all);
    assert.match(all, /certificate installed \(an earlier run had obtained it\)/);
    assert.equal(new X509Certificate(installation.live).serialNumber, serial);
  });

  it('of a revoked certificate comes before its time', async () => {
    const { one, pebble } = installation;
    const [ca = ''] = readdirSync(one.at('certs/acme')).filter((name) =>
      name.includes(new URL(pebble.url).port),
    );
    const config = one.at('certs/acme', ca);
    const certbot = await certbotOf();
    await execa(
      certbot,
      [
        ...['revoke', '--non-interactive', '--no-delete-after-revoke', '--cert-name', domain],
        ...['--config', join(config, 'cli.ini'), '--config-dir', config, '--work-dir', join(config, 'work')],
        ...['--logs-dir', join(config, 'logs')],
      ],
      { env: { REQUESTS_CA_BUNDLE: pebble.bundle } },
    );
    // certbot asks for the window no more often than the CA allows.
    await execa('sed', ['-i', '/ari_retry_after/d', join(config, 'renewal', `${domain}.conf`)]);
    const { live } = installation;
    const { code, all } = await one.hermes('renew');
    assert.equal(code, 0, all);
    assert.match(all, /certificate renewed \(the CA asks for it\)/);
    assert.notEqual(installation.live, live);
  });

  it('because the disk is full', async function () {
    const { one } = installation;
    const sets = one.at('certs/sets', domain);
    const mounted = await execa('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', sets], { reject: false });
    if (mounted.failed) return this.skip();
    await execa('umount', ['-l', sets]);
    // What is in use lies on the full file system as well.
    const keep = one.at('keep');
    await execa('cp', ['-a', sets, keep]);
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', sets]);
    try {
      await execa('cp', ['-a', `${keep}/.`, sets]);
      await execa('dd', ['if=/dev/zero', `of=${join(sets, 'filler')}`, 'bs=1k'], { reject: false });
      await assertHarmless(
        renew(),
        /certificates cannot be changed: .+ \(ENOSPC\)\n\s+→ .+the disk has room/,
      );
    } finally {
      await execa('umount', ['-l', sets]);
    }
    await assertRenews();
  });

  it('because the proxy keeps the certificate before, and the wire tells', async () => {
    const { one } = installation;
    const map = one.at('.hermes/build/nginx/maps/certificate.conf');
    const original = one.read('.hermes/build/nginx/maps/certificate.conf');
    const pem = /^root "(.+)";/m.exec(original)?.[1] ?? '';
    const kept = `${pem}.kept`;
    copyFileSync(pem, kept);
    const { uid, gid } = await execa('stat', ['-L', '-c', '%u %g', pem]).then(({ stdout }) => {
      const [uid = 0, gid = 0] = stdout.split(' ').map(Number);
      return { uid, gid };
    });
    await execa('chown', [`${uid}:${gid}`, kept]);
    await execa('sed', ['-i', `s#${pem}#${kept}#`, map]);
    const old = await workers(one.pid('nginx'));
    process.kill(one.pid('nginx'), 'SIGHUP');
    await until(
      async () => (await workers(one.pid('nginx'))).every((pid) => !old.includes(pid)),
      () => 'new workers',
    );
    const serial = new X509Certificate(installation.live).serialNumber;
    await assertHarmless(
      renew(),
      new RegExp(
        `not taken up, and the one before is back in use.+serves the certificate with serial ${serial}`,
      ),
    );
    await execa('sed', ['-i', `s#${kept}#${pem}#`, map]);
    process.kill(one.pid('nginx'), 'SIGHUP');
    assert.match(await assertRenews(), /served as on disk/);
  });
});

async function workers(master: number): Promise<string[]> {
  const { stdout } = await execa('ps', ['-o', 'pid=', '--ppid', String(master)], { reject: false });
  return stdout.split('\n').map((line) => line.trim());
}

const certbotOf = () => ensureCertbot(loadSettings({ environment: {} }).settings, () => {});
