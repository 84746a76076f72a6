/*
 * A CA that wants an external account (RFC 8555, section 7.3.4), whose key is a secret.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../commands/helpers/build.js';
import { assertNothingStarted } from '../commands/helpers/fault.js';
import { removeScratches } from '../commands/helpers/scratch.js';
import { ArgumentWatch } from './helpers/argument-watch.js';
import { type Installation, newInstallation } from './helpers/installation.js';

const kid = 'kid-1';
const key = randomBytes(48).toString('base64url');
const requests = ({ pebble: { server } }: Installation, what: string) =>
  server.output.split(`POST /${what}`).length - 1;

describe('a CA that wants an external account', function () {
  this.timeout(240_000);
  let installation: Installation;

  before(build);

  beforeEach(async () => {
    installation = await newInstallation({ external: [kid, key] });
  });

  afterEach(async () => {
    await removeScratches();
    await installation?.stop();
  });

  it('is not asked for anything without one', async () => {
    const { one, settings } = installation;
    const told = [/the CA wants an external account/, /set ACME_EAB_KID and ACME_EAB_HMAC_KEY/] as const;
    assertNothingStarted(one, await one.hermes('up', ...settings), ...told);
    assertNothingStarted(one, await one.hermes('up', ...settings, 'ACME_PREFLIGHT=false'), ...told);
    assert.equal(requests(installation, 'order-plz'), 0);
  });

  it('tells of an account that the CA does not know, and of a wrong key', async () => {
    const { one, settings } = installation;
    for (const [id, secret] of [
      ['kid-2', key],
      [kid, randomBytes(48).toString('base64url')],
    ]) {
      const run = await one.hermes('up', ...settings, `ACME_EAB_KID=${id}`, `ACME_EAB_HMAC_KEY=${secret}`);
      assertNothingStarted(one, run, /does not take our external account/, /correct ACME_EAB_KID/);
    }
    assert.equal(requests(installation, 'order-plz'), 0);
  });

  it('issues and renews with it, and its key is in no argument, no log, and no file that others can read', async () => {
    const { one } = installation;
    await one.hermes('config');
    appendFileSync(one.at('.env'), `ACME_EAB_KID=${kid}\nACME_EAB_HMAC_KEY=${key}\n`, { mode: 0o600 });
    const watch = new ArgumentWatch();
    await installation.up('JWT_SECRET_KEY=x', 'SERVICE_API_KEY=x');
    const { code, all } = await one.hermes('renew', '--force');
    const seen = await watch.stop();
    assert.equal(code, 0, all);

    assert(
      seen.some((line) => line.includes('--cert-name')),
      'certbot was seen',
    );
    assert.deepEqual(
      seen.filter((line) => line.includes(key)),
      [],
    );
    const holders = filesWith(key, one.root);
    assert(holders.includes(one.at('.env')), 'the search finds it');
    for (const file of holders) assert.equal(statSync(file).mode & 0o777, 0o600, file);
    assert.deepEqual(
      holders.filter((file) => /\blogs?\b/.test(file.slice(one.root.length))),
      [],
    );
    assert(!all.includes(key));
    assert(!(await one.hermes('config')).all.includes(key));
  });
});

function filesWith(text: string, folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}
