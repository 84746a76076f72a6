/*
 * An operator’s own certbot renews, and the stack serves it by TLS=files: told by the deploy hook, or found by itself.
 */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import type { TestClient } from '../../../app/test/helpers/client.js';
import { until } from '../../../app/test/helpers/wait.js';
import { make } from '../certs/helpers/openssl.js';
import { build } from '../commands/helpers/build.js';
import { removeScratches, type Scratch, scratch } from '../commands/helpers/scratch.js';
import { ForeignCertbot } from './helpers/foreign-certbot.js';
import { domain, Installation } from './helpers/installation.js';
import { type Pebble, startPebble } from './helpers/pebble.js';
import { servedSerial } from './helpers/served-since.js';

const hook = join(projectRoot, 'certbot/hooks/deploy');

describe('TLS=files with a certbot of the operator', function () {
  this.timeout(240_000);
  let one: Scratch;
  let pebble: Pebble;
  let certbot: ForeignCertbot;
  let installation: Installation;
  let client: TestClient;

  before(async () => {
    await build();
    one = await scratch();
    certbot = await ForeignCertbot.install(one, async (httpPort) => {
      // Whether it tries again after a refused nonce is the operator's own affair.
      pebble = await startPebble({ httpPort, refusedNonces: 0 });
      return pebble;
    });
    const issued = await certbot.issue(domain);
    assert.equal(issued.code, 0, issued.all);
    installation = new Installation(
      one,
      pebble,
      [domain],
      [
        'TLS=files',
        `DOMAIN=${domain}`,
        `SSL_CERTFILE=${certbot.file(domain, 'fullchain')}`,
        `SSL_KEYFILE=${certbot.file(domain, 'privkey')}`,
      ],
    );
    await installation.up();
    client = await installation.connect();
  });

  after(async () => {
    await removeScratches();
    await pebble?.stop();
  });

  const renewed = () => new X509Certificate(readFileSync(certbot.file(domain, 'fullchain'))).serialNumber;
  const served = async () => servedSerial(installation, await installation.clientOptions());

  it('serves what it renews when the deploy hook has run, and closes no socket', async () => {
    const before = await served();
    assert.equal(before, renewed());
    const { code, all } = await certbot.renew('--deploy-hook', hook);
    assert.equal(code, 0, all);
    assert.notEqual(renewed(), before, 'it has renewed');
    assert.equal(await served(), renewed());
    await client.settled();
  });

  it('takes the hook by a link in the folder of hooks, too', async () => {
    const folder = join(certbot.folder, 'renewal-hooks/deploy');
    mkdirSync(folder, { recursive: true });
    symlinkSync(hook, join(folder, 'hermes'));
    const { code, all } = await certbot.renew();
    rmSync(join(folder, 'hermes'));
    assert.equal(code, 0, all);
    assert.equal(await served(), renewed());
    await client.settled();
  });

  it('passes on why the hook could not take it, and goes on serving what was there', async () => {
    const before = await served();
    const key = certbot.file(domain, 'privkey');
    const kept = join(one.root, 'kept.key');
    copyFileSync(key, kept);
    copyFileSync(make(one.root, 'other').key, key);
    const { code, stderr } = await one.run([hook]);
    copyFileSync(kept, key);
    assert.equal(code, 1);
    assert.match(stderr, /the private key in .* does not belong to the first certificate/);
    assert.equal(await served(), before);
    await client.settled();
  });

  it('lets certbot report that a hook has failed', async () => {
    const elsewhere = join(one.root, 'elsewhere');
    const { code, all } = await certbot.renew(
      '--deploy-hook',
      `env HERMES_PROJECT=${elsewhere} TLS=files ${hook}`,
    );
    assert.equal(code, 0, `certbot goes by the renewal alone: ${all}`);
    assert.match(all, /deploy-hook.* reported error code 1/);
    assert.match(all, /TLS=files needs SSL_CERTFILE and SSL_KEYFILE/);
  });

  it('finds what it renews by itself, where there is no hook', async () => {
    const before = await served();
    // certbot remembers the hook of an earlier renewal.
    const { code, all } = await certbot.renew('--deploy-hook', 'true');
    assert.equal(code, 0, all);
    assert.notEqual(renewed(), before);
    await until(
      async () => (await served()) === renewed(),
      () => `the new certificate on the wire: ${one.read('.hermes/logs/renewal.log')}`,
      60_000,
      100,
    );
    await client.settled();
    await client.end();
  });
});
