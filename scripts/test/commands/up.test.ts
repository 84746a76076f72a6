import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { build } from './helpers/build.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

const judge = fileURLToPath(new URL('helpers/judge.py', import.meta.url));

describe('hermes up', function () {
  this.timeout(120_000);
  before(build);

  describe('in an empty folder', () => {
    let one: Scratch;
    let output: string;

    before(async () => {
      one = await scratch();
      output = await one.up();
    });
    after(removeScratches);

    it('makes .env for its owner only, with secrets', () => {
      assert.equal(statSync(one.at('.env')).mode & 0o777, 0o600);
      const { JWT_SECRET_KEY = '', SERVICE_API_KEY = '', WS_SECRET = '' } = one.secrets;
      for (const secret of [JWT_SECRET_KEY, SERVICE_API_KEY, WS_SECRET]) assert(secret.length >= 40, secret);
    });

    it('keeps every private key to its owner, but for the one file that nginx’s workers read', () => {
      const mode = (path: string) => (statSync(one.at(path)).mode & 0o777).toString(8);
      assert.equal(mode('certs/ca/ca.key'), '600');
      assert.equal(mode('certs/live/localhost/privkey.pem'), '600');
      assert.equal(mode('certs/live/localhost/tls.pem'), process.getuid?.() === 0 ? '640' : '600');
    });

    it('says where it answers, how to try it, and how to trust it', () => {
      const { https } = one.ports;
      assert.match(output, /^Monitor Hermes is up\.$/m);
      assert.match(output, new RegExp(`^ {2}URL +wss://localhost:${https}/ws$`, 'm'));
      assert.match(
        output,
        new RegExp(`npx wscat --ca certs/ca/ca.pem .* -c wss://localhost:${https}/ws$`, 'm'),
      );
      assert.match(output, /^ {2}Trust .*certs\/ca\/ca\.pem/m);
    });

    it('answers on wss to Node.js, the certificate verified by the local CA', async () => {
      const client = await one.connect();
      assert.deepEqual(await client.ask({ action: 'ping' }), { action: 'pong' });
      await client.end();
    });

    it('answers on wss to Python, the certificate verified by the local CA', async () => {
      const { stdout: token } = await one.hermes('token', '--user', 'u1');
      const { stdout } = await execa('python3', [
        judge,
        'localhost',
        String(one.ports.https),
        one.at('certs/ca/ca.pem'),
        token,
      ]);
      assert.equal(stdout, 'HTTP/1.1 101 Switching Protocols');
    });

    it('logs no failed connection of the proxy to an app that was not there yet', () => {
      assert.equal(one.read('.hermes/logs/nginx.log'), '');
      assert.doesNotMatch(one.read('.hermes/logs/nginx-access.log'), /"status":"50\d"/);
    });

    it('changes nothing the second time', async () => {
      const { pids, secrets, ca } = one;
      assert.match(await one.up(), /^Monitor Hermes is up already\.$/m);
      assert.deepEqual({ pids: one.pids, secrets: one.secrets, ca: one.ca }, { pids, secrets, ca });
    });

    it('starts anew when a setting has changed, and tells open sockets so', async () => {
      const { pids } = one;
      const client = await one.connect();
      assert.match(await one.up('LOG_LEVEL=warn'), /^Monitor Hermes is up\.$/m);
      assert.equal((await client.closed()).code, 1012);
      assert(!one.pids.some((pid) => pids.includes(pid)));
    });
  });

  it('gives each installation secrets and a CA of its own', async () => {
    const [one, other] = [await scratch(), await scratch()];
    await Promise.all([one.up(), other.up()]);
    const all = [one, other].flatMap(({ secrets, ca }) => [...Object.values(secrets), ca]);
    assert.equal(new Set(all).size, all.length);
    await removeScratches();
  });
});
