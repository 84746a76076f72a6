/*
 * Challenges in the DNS: a real bind9 takes updates with a TSIG key (RFC 2136), and the CA asks that same server.
 */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import type { ServerProcess } from '../../../app/test/helpers/servers/server-process.js';
import { build } from '../commands/helpers/build.js';
import { assertNothingStarted } from '../commands/helpers/fault.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { blocksOf } from '../docs/page/blocks.js';
import { type Installation, newInstallation } from './helpers/installation.js';
import { startNamed, type TsigKey } from './helpers/named.js';
import { orderRequestsAt } from './helpers/pebble.js';

const key: TsigKey = {
  name: 'hermes',
  record: '_acme-challenge.hermes.test',
  secret: 'c2VjcmV0LW9mLXRoZS10ZXN0cy1vbmx5LTMyLWJ5dGU=',
};
/** The file as our page has it. */
const documented =
  blocksOf(new URL('../../../docs/how-to/dns-01.md', import.meta.url)).find(
    ({ section, language }) => section.includes('RFC 2136') && language === 'ini',
  )?.code ?? '';
const otherSecret = 'YW5vdGhlci1zZWNyZXQtb2YtdGhlLXRlc3RzLW9ubHk=';

describe('dns-01 by RFC 2136', function () {
  this.timeout(240_000);
  let dns: ServerProcess;
  let installation: Installation;

  before(build);

  beforeEach(async () => {
    dns = await startNamed('test', ['hermes A 127.0.0.1', 'second A 127.0.0.1'], key);
    const resolver = `127.0.0.1:${dns.port}`;
    installation = await newInstallation(
      { resolver, names: ['*.hermes.test', 'hermes.test'] },
      'ACME_CHALLENGE=dns-01',
      'ACME_DNS_PLUGIN=rfc2136',
      'ACME_DNS_CREDENTIALS=rfc2136.ini',
      'ACME_DNS_PROPAGATION=0s',
      `ACME_RESOLVER=${resolver}`,
    );
    writeCredentials();
  });

  afterEach(async () => {
    await removeScratches();
    await Promise.all([installation?.stop(), dns?.stop()]);
  });

  function writeCredentials(wrong: Readonly<Record<string, string>> = {}): void {
    const right = { server: '127.0.0.1', port: String(dns.port), name: key.name, secret: key.secret };
    const values = new Map(Object.entries({ ...right, ...wrong }));
    const lines = documented.replace(
      /^dns_rfc2136_(\w+) = (.*)$/gm,
      (_, part: string, value: string) => `dns_rfc2136_${part} = ${values.get(part) ?? value}`,
    );
    writeFileSync(installation.one.at('rfc2136.ini'), lines, { mode: 0o600 });
  }

  it('issues a wildcard and its own name in one certificate, serves both, and renews them', async () => {
    assert.match(await installation.up(), /certificate issued/);
    const { live, one } = installation;
    const names = new X509Certificate(live).subjectAltName?.split(', ').sort();
    assert.deepEqual(names, ['DNS:*.hermes.test', 'DNS:hermes.test']);
    const clients = await Promise.all(['hermes.test', 'one.hermes.test'].map((n) => installation.connect(n)));

    const { code, all } = await one.hermes('renew', '--force');
    assert.equal(code, 0, all);
    assert.match(all, /certificate renewed[\s\S]*served as on disk/);
    assert.notEqual(installation.live, live);
    for (const client of clients) await client.end();
    assert.match(
      dns.output,
      /deleting rrset at '_acme-challenge\.hermes\.test' TXT|deleting an RR at _acme-challenge\.hermes\.test TXT/,
    );
    assert.match(await installation.up(), /certificate kept/);
  });

  it('tells of a key that the DNS server refuses, and starts nothing', async () => {
    writeCredentials({ secret: otherSecret });
    const run = await installation.one.hermes('up', ...installation.settings);
    assertNothingStarted(installation.one, run, /refuses the TSIG key/, /ACME_DNS_CREDENTIALS/);
  });

  it('tells of credentials that the plugin cannot use', async () => {
    const { one, settings } = installation;
    for (const wrong of [{ server: 'ns.example' }, { secret: 'not!base64' }, { algorithm: 'HMAC-MD4' }]) {
      writeCredentials(wrong);
      assertNothingStarted(
        one,
        await one.hermes('up', ...settings),
        /cannot use its credentials/,
        /ACME_DNS_/,
      );
    }
  });

  it('tells of a record that the key may not change', async () => {
    const { one, settings } = installation;
    assertNothingStarted(
      one,
      await one.hermes('up', ...settings, 'DOMAIN=second.test'),
      /not take the record/,
      /update-policy/,
    );
  });

  it('tells of a zone that the server does not have', async () => {
    const { one, settings } = installation;
    const other = ['DOMAIN=hermes.example', 'ACME_PREFLIGHT=false'];
    assertNothingStarted(one, await one.hermes('up', ...settings, ...other), /not have the zone/, /DOMAIN/);
  });

  it('starts with a certificate that is due and good for a while yet, though the key is refused', async () => {
    await installation.up('ACME_PROFILE=classic');
    const { one, live, settings } = installation;
    await one.hermes('down');
    writeCredentials({ secret: otherSecret });
    const later = new Date(Date.now() + 70 * 86_400_000);
    const { code, all } = await one.hermesAt(later, 'up', ...settings);
    assert.equal(code, 0, all);
    assert.match(all, /refuses the TSIG key/);
    assert.match(all, /Certificate: NOT renewed, the one before is still good/);
    assert.equal(installation.live, live);
  });

  it('wants a plugin, and credentials that only their owner can read, before anything is started', async () => {
    const { one, settings } = installation;
    const without = settings.filter((setting) => !setting.startsWith('ACME_DNS_PLUGIN='));
    assertNothingStarted(one, await one.hermes('up', ...without), /needs ACME_DNS_PLUGIN/);

    chmodSync(one.at('rfc2136.ini'), 0o644);
    assertNothingStarted(
      one,
      await one.hermes('up', ...settings),
      /rfc2136\.ini: it has mode 0644/,
      /chmod 600/,
    );

    const elsewhere = 'ACME_DNS_CREDENTIALS=nowhere.ini';
    assertNothingStarted(
      one,
      await one.hermes('up', ...settings, elsewhere),
      /there is no file .*nowhere\.ini/,
    );
    assert.equal(orderRequestsAt(installation.pebble), 0);
  });
});
