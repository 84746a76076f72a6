/*
 * Traefik's own ACME (ACME_CLIENT=traefik) with a real CA: each kind of challenge, and where its certificate goes.
 */
import assert from 'node:assert/strict';
import { randomBytes, X509Certificate } from 'node:crypto';
import { appendFileSync, chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerProcess } from '../../../app/test/helpers/servers/server-process.js';
import { ensureTraefik } from '../../src/packages/traefik.js';
import { build } from '../commands/helpers/build.js';
import { assertNothingStarted } from '../commands/helpers/fault.js';
import { removeScratches, type Scratch } from '../commands/helpers/scratch.js';
import { blocksOf } from '../docs/page/blocks.js';
import { ArgumentWatch } from './helpers/argument-watch.js';
import { type Installation, newInstallation } from './helpers/installation.js';
import { startNamed, type TsigKey } from './helpers/named.js';
import { ordersAt } from './helpers/pebble.js';
import { servedSerial } from './helpers/served-since.js';
import { ledgerOf, storeOf } from './helpers/traefik-store.js';

/** The file of credentials as our page has it. */
const documentedVariables =
  blocksOf(new URL('../../../docs/how-to/traefik-acme.md', import.meta.url)).find(
    ({ section, language }) => section.includes('dns-01') && language === 'ini',
  )?.code ?? '';

/** With a profile: this CA gives any one to who asks for none, and Traefik would renew a short life at its next start. */
const own = ['PROXY=traefik', 'ACME_CLIENT=traefik', 'ENGINE=native', 'ACME_PROFILE=classic'];

describe('Traefik’s own ACME', function () {
  this.timeout(600_000);
  let installation: Installation;
  let dns: ServerProcess | undefined;

  before(async function () {
    // Where there is none, it is built first.
    this.timeout(1_200_000);
    await ensureTraefik(() => {});
    await build();
  });

  afterEach(async () => {
    await removeScratches();
    await Promise.all([installation?.stop(), dns?.stop()]);
    dns = undefined;
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
    assert.equal(ordersAt(installation.pebble), 1);
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
    assert.equal(ordersAt(installation.pebble), 1);

    await one.hermes('down');
    assert.match(await installation.up(), /certificate kept/);
    assert.equal(ordersAt(installation.pebble), 1);
    assert.equal(storeOf(installation).account?.Email, 'none');

    const { live } = installation;
    await one.hermes('down');
    assert.match((await one.hermes('renew', '--force', ...installation.settings)).all, /dropped/);
    assert.match(await installation.up(), /certificate issued/);
    assert.notEqual(installation.live, live);
    await assertOneCertificate();
    assert.equal(ordersAt(installation.pebble), 2);
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
    const challenge = ['ACME_CHALLENGE=tls-alpn-01', 'ACME_KEY_TYPE=rsa', 'ACME_PROFILE=shortlived'];
    installation = await newInstallation({ httpPort: 1 }, ...own, ...challenge);
    assert.match(await installation.up(), /certificate issued/);
    await assertOneCertificate();
    assert.equal(new X509Certificate(installation.live).publicKey.asymmetricKeyDetails?.modulusLength, 2048);
    // Two days before its end, as Traefik has it for certificates of six days.
    const end = Date.parse(new X509Certificate(installation.live).validTo);
    const from = new Date(end - 2 * 86_400_000).toISOString();
    assert.match((await installation.one.hermes('renew')).all, new RegExp(`from ${from} on`));
  });

  it('tells in the CA’s words what failed, counts it, and orders no more until that may go out', async () => {
    installation = await newInstallation({ tlsPort: 1 }, ...own, 'ACME_CHALLENGE=tls-alpn-01');
    const { one, settings } = installation;
    const failing = [...settings, 'ACME_LIMITS=letsencrypt'];
    for (let count = 1; count <= 4; count += 1) {
      const run = await one.hermes('up', ...failing);
      assertNothingStarted(
        one,
        run,
        /another answer than ours \(hermes\.localhost: Failed to connect to 127\.0\.0\.1:1 /,
        /port 443/,
      );
      assert.doesNotMatch(run.all, /traefik\.log/);
      assert.equal(ordersAt(installation.pebble), count, 'one order for each try');
    }
    assertNothingStarted(one, await one.hermes('up', ...failing), /4 of 4 failed validations/);
    assert.equal(ordersAt(installation.pebble), 4);
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
    assert.equal(ordersAt(installation.pebble), 0);
  });

  it('takes an external account, whose key it never sees', async () => {
    const [kid, key] = ['kid-1', randomBytes(48).toString('base64url')];
    installation = await newInstallation({ external: [kid, key] }, ...own);
    const { one, settings } = installation;
    assertNothingStarted(one, await one.hermes('up', ...settings), /the CA wants an external account/);
    await one.hermes('config');
    appendFileSync(one.at('.env'), `ACME_EAB_KID=${kid}\n`);
    const wrong = await one.hermes(
      'up',
      ...settings,
      `ACME_EAB_HMAC_KEY=${randomBytes(48).toString('base64url')}`,
    );
    assertNothingStarted(one, wrong, /does not take our external account/, /correct ACME_EAB_KID/);

    appendFileSync(one.at('.env'), `ACME_EAB_HMAC_KEY=${key}\n`);
    const watch = new ArgumentWatch();
    await installation.up();
    await assertOneCertificate();
    assert.ok(!(await watch.stop()).some((words) => words.includes(key)));
    assert.ok(!environmentOf(one.pid('traefik')).includes(key));
    assertInNoFile(one, key, ['.env', 'cli.ini']);
    await one.hermes('down');
    assert.match(await installation.up(), /certificate kept/);
    assert.equal(installation.pebble.server.output.match(/There are now \d+ accounts/g)?.length, 1);
  });

  it('validates by dns-01, with credentials that nobody else sees', async () => {
    const key: TsigKey = {
      name: 'hermes',
      record: '_acme-challenge.hermes.test',
      secret: 'c2VjcmV0LW9mLXRoZS10ZXN0cy1vbmx5LTMyLWJ5dGU=',
    };
    dns = await startNamed('test', ['hermes A 127.0.0.1'], key);
    const resolver = `127.0.0.1:${dns.port}`;
    installation = await newInstallation(
      { resolver, httpPort: 1, tlsPort: 1, names: ['hermes.test', '*.hermes.test'] },
      ...own,
      'ACME_CHALLENGE=dns-01',
      'ACME_DNS_PLUGIN=rfc2136',
      'ACME_DNS_CREDENTIALS=rfc2136.env',
      'ACME_DNS_PROPAGATION=0s',
      `ACME_RESOLVER=${resolver}`,
    );
    const { one, settings } = installation;
    const write = (secret: string) => {
      const values: Record<string, string> = {
        NAMESERVER: resolver,
        TSIG_KEY: `${key.name}.`,
        TSIG_SECRET: secret,
      };
      const lines = documentedVariables.replace(
        /^RFC2136_(\w+)=(.*)$/gm,
        (_, part: string, value: string) => `RFC2136_${part}=${values[part] ?? value}`,
      );
      // Else it waits for a minute between two names.
      writeFileSync(one.at('rfc2136.env'), `${lines}RFC2136_SEQUENCE_INTERVAL=1\n`, { mode: 0o600 });
    };
    write(key.secret);
    chmodSync(one.at('rfc2136.env'), 0o644);
    assertNothingStarted(one, await one.hermes('up', ...settings), /rfc2136\.env: it has mode 0644/);
    chmodSync(one.at('rfc2136.env'), 0o600);
    write('YW5vdGhlci1zZWNyZXQtb2YtdGhlLXRlc3RzLW9ubHk=');
    assertNothingStarted(
      one,
      await one.hermes('up', ...settings),
      /refuses the TSIG key/,
      /ACME_DNS_CREDENTIALS/,
    );

    write(key.secret);
    const watch = new ArgumentWatch();
    assert.match(await installation.up(), /certificate issued/);
    assert.ok(!(await watch.stop()).some((words) => words.includes(key.secret)));
    const names = new X509Certificate(installation.live).subjectAltName?.split(', ').sort();
    assert.deepEqual(names, ['DNS:*.hermes.test', 'DNS:hermes.test']);
    for (const name of ['hermes.test', 'one.hermes.test']) await (await installation.connect(name)).end();
    assertInNoFile(one, key.secret, ['rfc2136.env']);
    assert.match((await one.hermes('renew')).all, /served as on disk/);
  });
});

/** What a process was started with. */
const environmentOf = (pid: number) => readFileSync(`/proc/${pid}/environ`, 'utf8');

/** No file of an installation has a secret, but those of these names, which only their owner may read. */
function assertInNoFile({ root }: Scratch, secret: string, but: readonly string[]): void {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    if (!readFileSync(path).includes(secret)) continue;
    assert.ok(but.includes(name), path);
    assert.equal(statSync(path).mode & 0o077, 0, path);
  }
}
