import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import jwt from 'jsonwebtoken';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { table } from '../../../app/src/settings/table.js';
import { build } from './helpers/build.js';
import { assertFault } from './helpers/fault.js';
import { run } from './helpers/run.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

const secret = 'a-secret-that-only-this-test-has';

describe('hermes', function () {
  this.timeout(120_000);
  let one: Scratch;
  before(build);
  beforeEach(async () => {
    one = await scratch();
    writeFileSync(one.at('.env'), `JWT_SECRET_KEY=${secret}\nLOG_LEVEL=warn\nPING_INTERVAL=10s\nTLS=off\n`);
  });
  afterEach(removeScratches);

  describe('token', () => {
    it('prints a token and nothing else', async () => {
      const words = ['--tenant', 't1', '--superuser', '--global', '--ttl', '15m'];
      const { code, stdout, stderr } = await one.hermes('token', '--user', 'u1', ...words);
      assert.deepEqual([code, stderr], [0, '']);
      const claims = jwt.verify(stdout, secret) as jwt.JwtPayload;
      const { iat = 0, exp = 0, ...others } = claims;
      assert.equal(exp - iat, 900);
      assert.deepEqual(others, { user_id: 'u1', cs_tenant_id: 't1', is_superuser: true, is_global: true });
    });

    for (const words of [[], ['--user', '']]) {
      it(`wants to know whose: ${JSON.stringify(words)}`, async () => {
        const refused = await run(
          [process.execPath, `${projectRoot}/scripts/hermes.js`, 'token', ...words],
          { ...one.environment, USER: 'the-operator' },
          one.root,
        );
        assertFault(refused, /whose token\?.*--user .*USER=/);
        assert.equal(refused.stdout, '');
      });
    }

    for (const ttl of ['0', '1', 'soon', '-5m', '100ms']) {
      it(`refuses the time ${ttl}`, async () => {
        assertFault(await one.hermes('token', '--user', 'u1', `--ttl=${ttl}`), /30s, 15m, 1h or 7d/);
      });
    }
  });

  describe('config', () => {
    const config = async (...words: string[]) => {
      const { stdout } = await one.run(
        [process.execPath, `${projectRoot}/scripts/hermes.js`, 'config', '--json', ...words],
        { LOG_LEVEL: 'error', PING_INTERVAL: '' },
      );
      const rows = JSON.parse(stdout) as { key: string; value: string; origin: string }[];
      return Object.fromEntries(rows.map(({ key, value, origin }) => [key, [value, origin]]));
    };

    it('says where each value comes from: command line, environment, .env, default', async () => {
      const { LOG_LEVEL, TLS, PING_INTERVAL, PROXY, ACME_EMAIL } = await config();
      assert.deepEqual(LOG_LEVEL, ['error', 'environment']);
      assert.deepEqual(TLS, ['off', '.env']);
      assert.deepEqual(PING_INTERVAL, ['10s', '.env']);
      assert.deepEqual(PROXY, ['nginx', 'default']);
      assert.deepEqual(ACME_EMAIL, ['', 'unset']);
      assert.deepEqual((await config('LOG_LEVEL=info')).LOG_LEVEL, ['info', 'command line']);
    });

    it('masks secrets, and names every setting', async () => {
      const { code, all } = await one.hermes('config', `MONGO_URI=mongodb://user:${secret}@db.test/x`);
      assert.equal(code, 0);
      assert(!all.includes(secret));
      assert.match(all, /^JWT_SECRET_KEY +\*{8} {2}\(\.env\)$/m);
      assert.deepEqual(
        all.split('\n').map((line) => line.split(' ')[0]),
        Object.keys(table),
      );
    });
  });

  it('logs says that there are none yet', async () => {
    assertFault(await one.hermes('logs', '--no-follow'), /no logs yet/, /→ run `make up`/);
  });

  it('logs refuses a number of lines that is none', async () => {
    assertFault(await one.hermes('logs', '--lines', 'some'), /number of lines/);
  });

  it('docs --check agrees with the pages that are there', async () => {
    assert.deepEqual(await one.hermes('docs', '--check'), { code: 0, stdout: '', stderr: '', all: '' });
  });

  it('test refuses a suite that is none', async () => {
    assertFault(await one.hermes('test', '--suite', 'unti'), /suites unit, integration/);
  });

  it('says what is not a verb', async () => {
    const { code, stderr } = await one.hermes('upp');
    assert.equal(code, 2);
    assert.match(stderr, /^error: unknown command 'upp'\n\(Did you mean up\?\)\n→ /);
  });

  it('has help for itself and for every verb', async () => {
    const { code, stdout } = await one.hermes('--help');
    assert.equal(code, 0);
    const listed = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name);
    const verbs = listed.filter((name) => name !== 'help');
    assert(verbs.length >= 11, stdout);
    const helps = await Promise.all(verbs.map((verb) => one.hermes(verb, '--help')));
    for (const [index, help] of helps.entries()) {
      assert.equal(help.code, 0);
      assert.match(help.stdout, new RegExp(`^Usage: hermes ${verbs[index]}`));
    }
  });
});
