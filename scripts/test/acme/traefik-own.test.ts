/*
 * Traefik's own ACME (ACME_CLIENT=traefik) with a real CA: each kind of challenge, and where its certificate goes.
 */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { ensureTraefik } from '../../src/packages/traefik.js';
import { build } from '../commands/helpers/build.js';
import { assertNothingStarted } from '../commands/helpers/fault.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { type Installation, newInstallation } from './helpers/installation.js';
import { servedSerial } from './helpers/served-since.js';
import { ledgerOf, ordersAt, storeOf } from './helpers/traefik-store.js';

const own = ['PROXY=traefik', 'ACME_CLIENT=traefik', 'ENGINE=native'];

describe('Traefik’s own ACME', function () {
  this.timeout(240_000);
  let installation: Installation;

  before(async function () {
    // Where there is none, it is built first.
    this.timeout(1_200_000);
    await ensureTraefik(() => {});
    await build();
  });

  afterEach(async () => {
    await removeScratches();
    await installation?.stop();
  });

  /** What is in the store, in use and on the wire is one certificate, and only its owner reads the store. */
  async function assertOneCertificate(): Promise<void> {
    const { one, live } = installation;
    const { serialNumber } = new X509Certificate(live);
    assert.equal(await servedSerial(installation, await installation.clientOptions()), serialNumber);
    const [stored, ...others] = storeOf(installation).certificates;
    assert.equal(new X509Certificate(stored?.pem ?? '').serialNumber, serialNumber);
    assert.deepEqual(others, []);
    assert.equal(statSync(storeOf(installation).path).mode & 0o777, 0o600);
    const { code, all } = await one.hermes('certs');
    assert.equal(code, 0, all);
    assert.match(all, /served as on disk/);
  }

  it('validates by http-01, keeps what it has, and says who renews', async () => {
    installation = await newInstallation({}, ...own);
    const { one } = installation;
    assert.match(await installation.up(), /certificate issued \(Traefik renews it by itself, from /);
    await assertOneCertificate();
    assert.equal(ordersAt(installation), 1);
    assert.deepEqual(ledgerOf(installation), ['ordered', 'issued']);

    const pid = one.pid('traefik');
    assert.match(await installation.up(), /running already[\s\S]*certificate kept/);
    const renewal = await one.hermes('renew');
    assert.equal(renewal.code, 0, renewal.all);
    assert.match(renewal.all, /certificate kept \(Traefik renews it by itself, from .*\)\nserved as on disk/);

    const forced = await one.hermes('renew', '--force');
    assert.equal(forced.code, 1, forced.all);
    assert.match(forced.all, /cannot be told to renew what is not due while it runs/);
    assert.equal(one.pid('traefik'), pid);
    assert.equal(ordersAt(installation), 1);

    await one.hermes('down');
    assert.match(await installation.up(), /certificate kept/);
    assert.equal(ordersAt(installation), 1);
    assert.equal(storeOf(installation).account?.Email, 'none');

    const { live } = installation;
    await one.hermes('down');
    assert.match((await one.hermes('renew', '--force', ...installation.settings)).all, /dropped/);
    assert.match(await installation.up(), /certificate issued/);
    assert.notEqual(installation.live, live);
    await assertOneCertificate();
    assert.equal(ordersAt(installation), 2);
  });

  it('takes the place of certbot', async () => {
    installation = await newInstallation({}, 'PROXY=traefik', 'ENGINE=native');
    await installation.up();
    const { live } = installation;
    assert.match(await installation.up('ACME_CLIENT=traefik'), /certificate issued \(Traefik/);
    assert.notEqual(installation.live, live);
    await assertOneCertificate();
  });

  it('validates by tls-alpn-01, within the handshake', async () => {
    installation = await newInstallation({}, ...own, 'ACME_CHALLENGE=tls-alpn-01', 'ACME_KEY_TYPE=rsa');
    assert.match(await installation.up(), /certificate issued/);
    await assertOneCertificate();
    assert.equal(new X509Certificate(installation.live).publicKey.asymmetricKeyDetails?.modulusLength, 2048);
    assert.match(installation.pebble.server.output, /tls-alpn-01/);
  });

  it('tells in the CA’s words what failed, counts it, and orders no more until that may go out', async () => {
    installation = await newInstallation({ tlsPort: 1 }, ...own, 'ACME_CHALLENGE=tls-alpn-01');
    const { one, settings } = installation;
    const failing = [...settings, 'ACME_LIMITS=letsencrypt'];
    for (let count = 1; count <= 4; count += 1) {
      const run = await one.hermes('up', ...failing);
      assertNothingStarted(one, run, /could not connect to this host \(hermes\.localhost: .*refused/);
      assert.doesNotMatch(run.all, /traefik\.log/);
      assert.equal(ordersAt(installation), count, 'one order for each try');
    }
    assertNothingStarted(one, await one.hermes('up', ...failing), /4 of 4 failed validations/);
    assert.equal(ordersAt(installation), 4);
    assert.deepEqual(ledgerOf(installation), Array.from({ length: 4 }, () => ['ordered', 'failed']).flat());
  });

  it('wants Traefik as the proxy, and a challenge that its client answers', async () => {
    installation = await newInstallation({}, 'ENGINE=native');
    const { one, settings } = installation;
    const up = (...more: string[]) => one.hermes('up', ...settings, ...more);
    assertNothingStarted(one, await up('ACME_CLIENT=traefik'), /ACME_CLIENT=traefik needs PROXY=traefik/);
    assertNothingStarted(one, await up('ACME_CHALLENGE=tls-alpn-01'), /certbot does not answer/);
    assertNothingStarted(one, await up(...own, 'ACME_CHALLENGE=dns-01'), /needs ACME_DNS_PLUGIN/);
    const wildcard = ['DOMAIN=*.hermes.test', 'ACME_CHALLENGE=tls-alpn-01'];
    assertNothingStarted(one, await up(...own, ...wildcard), /by dns-01 only/);
    assert.equal(ordersAt(installation), 0);
  });
});
