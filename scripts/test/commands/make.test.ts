import assert from 'node:assert/strict';
import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import jwt from 'jsonwebtoken';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { findExecutable } from '../../src/packages/find.js';
import { build } from './helpers/build.js';
import { type Environment, run } from './helpers/run.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

const secret = 'a-secret-that-only-this-test-has';

describe('make', function () {
  this.timeout(120_000);
  let one: Scratch;
  before(build);
  beforeEach(async () => {
    one = await scratch();
  });
  afterEach(removeScratches);

  const make = (words: readonly string[], environment: Environment = {}) =>
    run(['make', ...words], { ...one.environment, ...environment }, projectRoot);

  it('prints the menu, where every target has its line', async () => {
    const { code, stdout } = await make([]);
    assert.equal(code, 0);
    for (const target of [
      'up',
      'down',
      'status',
      'logs',
      'token',
      'certs',
      'renew',
      'config',
      'test',
      'check',
    ]) {
      assert.match(stdout, new RegExp(`^ {2}make ${target} +[A-Z\`]`, 'm'));
    }
  });

  it('takes settings from its command line, then from the environment, then from .env', async () => {
    writeFileSync(one.at('.env'), 'LOG_LEVEL=warn\nDOMAIN=file.test\nTLS=off\n');
    const environment = { LOG_LEVEL: 'error', DOMAIN: 'environment.test' };
    const { stdout } = await make(['config', 'LOG_LEVEL=info', 'ACME_EMAIL=a $$b@c.test'], environment);
    assert.match(stdout, /^LOG_LEVEL +info {2}\(command line\)$/m);
    assert.match(stdout, /^ACME_EMAIL +a \$b@c\.test {2}\(command line\)$/m);
    assert.match(stdout, /^DOMAIN +environment\.test {2}\(environment\)$/m);
    assert.match(stdout, /^TLS +off {2}\(\.env\)$/m);
    assert.match(stdout, /^PROXY +nginx {2}\(default\)$/m);
  });

  it('token prints a token and nothing else, for USER exactly as it was given', async () => {
    writeFileSync(one.at('.env'), `JWT_SECRET_KEY=${secret}\n`);
    const { stdout } = await make([
      'token',
      `USER=o'neil "; exit 1`,
      'TENANT=t 1',
      'SUPERUSER=1',
      'GLOBAL=0',
    ]);
    const { iat, exp, ...claims } = jwt.verify(stdout, secret) as jwt.JwtPayload;
    assert.deepEqual(claims, { user_id: `o'neil "; exit 1`, cs_tenant_id: 't 1', is_superuser: true });
  });

  it('token does not take the user of the shell for USER', async () => {
    writeFileSync(one.at('.env'), `JWT_SECRET_KEY=${secret}\n`);
    const { code, stdout, stderr } = await make(['token'], { USER: 'the-operator' });
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /whose token\? .*USER=u1/);
  });

  it('up, status, certs, renew, logs and down go through', async () => {
    assert.match((await make(['up', 'PROXY=none'])).stdout, /^Monitor Hermes is up\.$/m);
    assert.match((await make(['status'])).stdout, /up and ready/);
    assert.equal(JSON.parse((await make(['status', 'JSON=1'])).stdout).ready, true);
    assert.equal(JSON.parse((await make(['certs', 'JSON=1'])).stdout)[0].name, 'localhost');
    assert.match((await make(['renew', 'FORCE=1'])).stdout, /renewed .*\nserved as on disk$/);
    assert.match((await make(['logs', 'FOLLOW=0'])).stdout, /"msg":"listening"/);
    assert.equal((await make(['down'])).stdout, 'Monitor Hermes is down.');
    assert.notEqual((await make(['status'])).code, 0);
  });

  it('is not needed: `npx hermes` is the same', async () => {
    const built = () => statSync(`${projectRoot}/dist/app/src/main.js`).mtimeMs;
    const before = built();
    // As on a machine where it was never called: npx then links the project into its cache, and prepares it.
    const environment = { ...one.environment, npm_config_cache: one.at('npm') };
    const { code, stdout } = await run(['npx', 'hermes', 'config', 'TLS=off'], environment, projectRoot);
    assert.equal(code, 0);
    assert.equal(built(), before, 'it was built anew, under whatever runs');
    assert.match(stdout, /^TLS +off {2}\(command line\)$/m);
  });

  it('says that Node.js is missing, and which one to install', async () => {
    const bin = one.at('bin');
    mkdirSync(bin);
    for (const tool of ['sh', 'make', 'find', 'sed', 'awk', 'touch']) {
      symlinkSync(findExecutable(tool) ?? '', `${bin}/${tool}`);
    }
    for (const target of ['up', 'status', 'down']) {
      const { code, stderr } = await make([target], { PATH: bin });
      assert.equal(code, 2);
      assert.match(stderr, /^Node\.js is missing\n {2}→ install Node\.js 20\.\d+ or later with npm/);
    }
  });
});
