import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { build } from './helpers/build.js';
import { assertFault, assertNothingStarted } from './helpers/fault.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

describe('hermes up refuses settings', function () {
  this.timeout(120_000);
  let one: Scratch;
  before(build);
  beforeEach(async () => {
    one = await scratch();
  });
  afterEach(removeScratches);

  const refused = async (settings: readonly string[], ...says: RegExp[]) =>
    assertNothingStarted(one, await one.hermes('up', ...settings), ...says);
  const envFile = (text: string) => writeFileSync(one.at('.env'), text, { mode: 0o600 });

  for (const [key, url] of [
    ['BUS_URL', 'redis://127.0.0.1:1'],
    ['REDIS_URL', 'redis://127.0.0.1:1'],
    ['REDIS_HOST', '127.0.0.1'],
    ['MONGO_URI', 'mongodb://user:not-shown@127.0.0.1:1/db'],
    ['MQTT_URL', 'mqtt://user:not-shown@127.0.0.1:1'],
  ] as const) {
    it(`that name a server that does not answer: ${key}`, async () => {
      const run = await one.hermes('up', `${key}=${url}`, 'REDIS_PORT=1');
      assertNothingStarted(
        one,
        run,
        /127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED/,
        new RegExp(`→ .*${key}`),
      );
      assert.doesNotMatch(run.all, /not-shown/);
    });
  }

  it('that have a value that is not allowed', () =>
    refused(['TLS=on'], /^TLS=on \(command line\) is not valid: allowed is one of selfsigned, letsencrypt/));

  it('that do not exist, and says which was meant', () =>
    refused(['HTTPS_POR=1'], /^HTTPS_POR is not a setting$/m, /→ did you mean HTTPS_PORT\?/));

  it('that collide', () =>
    refused(
      [`HTTP_PORT=${one.ports.https}`],
      /HTTP_PORT=\d+ and HTTPS_PORT=\d+ are the same port/,
      /→ change/,
    ));

  it('in a .env with a line that is none', () => {
    envFile('TLS=off\nwhat is this\n');
    return refused([], /^\.env line 2 is not KEY=value$/m, /→ correct that line/);
  });

  it('in a .env that is a folder', () => {
    mkdirSync(one.at('.env'));
    return refused([], /\.env cannot be read/, /→ /);
  });

  it('in a .env without secrets, and says how to make them', async () => {
    envFile('DOMAIN=localhost\n');
    const run = await one.hermes('up');
    assertNothingStarted(one, run, /^JWT_SECRET_KEY and SERVICE_API_KEY are not set$/m);
    const [, command = ''] = /: (printf .*)$/m.exec(run.stderr) ?? [];
    await one.run(['sh', '-c', command]);
    assert.equal(one.secrets.JWT_SECRET_KEY?.length, 64);
    await one.up();
  });

  it('with a secret that is missing, for a token', async () => {
    envFile('DOMAIN=localhost\n');
    const run = await one.hermes('token', '--user', 'u1');
    assertFault(run, /^JWT_SECRET_KEY is not set$/m, /→ /);
    assert.equal(run.stdout, '');
  });

  it('but only warns of a key in .env that looks misspelt', async () => {
    await one.up();
    appendFileSync(one.at('.env'), 'LOG_LEVL=debug\n');
    const { code, stderr } = await one.hermes('status');
    assert.equal(code, 0);
    assert.equal(stderr, '.env sets LOG_LEVL, which is not a setting; did you mean LOG_LEVEL?');
  });

  it('and `down` does not need any', async () => {
    await one.up();
    envFile('what is this\n');
    assert.equal((await one.hermes('down')).stdout, 'Monitor Hermes is down.');
    rmSync(one.at('.env'));
  });
});
