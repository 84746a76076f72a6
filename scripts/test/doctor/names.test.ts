import assert from 'node:assert/strict';
import { loadSettings } from '../../../app/src/settings/load.js';
import type { ServerProcess } from '../../../app/test/helpers/servers/server-process.js';
import { checkNames, ownAddresses } from '../../src/doctor/check-names.js';
import { caught } from '../../src/doctor/findings.js';
import { freePort } from '../../src/servers/free-port.js';
import { startNamed } from '../acme/helpers/named.js';
import { startOwnNginx } from '../docs/servers/own-nginx.js';

/** Of a site with a certificate of a public CA, which nothing on this machine has. */
describe('the doctor, of names and the way of a CA', () => {
  let dns: ServerProcess;
  before(async () => {
    dns = await startNamed('ca.test', [
      'free A 127.0.0.1',
      'free CAA 0 issue "letsencrypt.org"',
      'bound A 127.0.0.1',
      'bound CAA 0 issue "other-ca.test"',
      'away A 192.0.2.1',
    ]);
  });
  after(() => dns?.stop());

  const look = (given: Readonly<Record<string, string>>) => {
    const environment = { TLS: 'letsencrypt', ACME_RESOLVER: `127.0.0.1:${dns.port}`, ...given };
    const { settings } = loadSettings({ environment, folder: '/nonexistent' });
    return caught(() => checkNames(settings, ownAddresses()));
  };
  const codes = async (given: Readonly<Record<string, string>>) =>
    (await look(given)).faults.map(({ code }) => code);
  const byDns = { ACME_CHALLENGE: 'dns-01' };

  it('finds CAA_FORBIDS, by the name of the CA and without asking it', async () => {
    assert.deepEqual(await codes({ ...byDns, DOMAIN: 'free.ca.test,bound.ca.test' }), ['CAA_FORBIDS']);
    const { faults, right } = await look({ ...byDns, DOMAIN: 'free.ca.test' });
    assert.deepEqual(faults, []);
    assert(right.some((line) => line.startsWith('CAA of free.ca.test')));
  });

  it('finds CHALLENGE_UNREACHABLE and CHALLENGE_REDIRECT, and takes a refusal for an answer', async () => {
    const own = { DOMAIN: 'free.ca.test', ACME_DIRECTORY: 'https://ca.test/directory' };
    assert.deepEqual(await codes({ ...own, HTTP_PORT: String(await freePort()) }), ['CHALLENGE_UNREACHABLE']);
    const nginx = await startOwnNginx('return 302 https://elsewhere.test:8888/;');
    try {
      const given = { ...own, HTTP_PORT: String(nginx.port) };
      assert.deepEqual(await codes(given), ['CHALLENGE_REDIRECT']);
      await nginx.reload('location / { return 404; }');
      assert.deepEqual(await codes(given), []);
    } finally {
      await nginx.stop();
    }
  });

  it('notes a name that leads elsewhere, which may be right', async () => {
    const { faults, notes } = await look({ ...byDns, TLS: 'selfsigned', DOMAIN: 'away.ca.test' });
    assert.deepEqual(faults, []);
    assert.match(notes.join(), /away\.ca\.test leads to 192\.0\.2\.1/);
  });
});
