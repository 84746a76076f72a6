import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { make } from '../certs/helpers/openssl.js';
import { build } from './helpers/build.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

describe('certificates of a running stack', function () {
  this.timeout(120_000);
  let one: Scratch;
  before(build);
  beforeEach(async () => {
    one = await scratch();
  });
  afterEach(removeScratches);

  for (const proxy of ['nginx', 'none'] as const) {
    describe(`with PROXY=${proxy}`, () => {
      const port = () => (proxy === 'none' ? one.ports.app : one.ports.https);

      it('are listed with names, issuer, days left, renewal, key and what is served', async () => {
        await one.up(`PROXY=${proxy}`);
        const { code, all } = await one.hermes('certs');
        assert.equal(code, 0, all);
        assert.match(all, /^localhost\n {2}names +localhost, 127\.0\.0\.1, ::1\n {2}issuer .*Monitor Hermes/);
        assert.match(all, /expires .*, 89 days left\n {2}renewal .*\n {2}key +ECDSA P-256\n/);
        assert.match(all, /^ {2}wire +served as on disk$/m);
        assert.match(all, /^Local CA$/m);
        const [leaf, ca] = JSON.parse((await one.hermes('certs', '--json')).stdout);
        assert.deepEqual([leaf.kind, leaf.faults, ca.kind], ['live', [], 'ca']);
        assert.equal(leaf.wire[0].served.fingerprint, leaf.info.fingerprint);
      });

      it('are listed with their fault where the key is that of another one', async () => {
        await one.up(`PROXY=${proxy}`);
        const tls = one.at('certs/live/localhost/tls.pem');
        const cert = one.read('certs/live/localhost/fullchain.pem');
        writeFileSync(tls, cert + readFileSync(make(one.root, 'other').key, 'utf8'));
        const { code, stdout } = await one.hermes('certs');
        assert.equal(code, 1);
        assert.match(stdout, /^ {2}FAULT +key-mismatch: /m);
        assert.match((await one.hermes('status')).stdout, /^Monitor Hermes is up and ready\.\n/);
      });

      it('are renewed without closing a socket, and verified on the wire', async () => {
        await one.up(`PROXY=${proxy}`);
        const client = await one.connect(`wss://localhost:${port()}`);
        const before = await served();
        const { code, all } = await one.hermes('renew', '--force');
        assert.deepEqual([code, all], [0, 'certificate renewed (it was asked for)\nserved as on disk']);
        const after = await served();
        assert.notEqual(after.serialNumber, before.serialNumber);
        assert.deepEqual(after.pubkey, before.pubkey);
        assert.deepEqual(await client.ask({ action: 'ping' }), { action: 'pong' });
        await client.end();
      });

      it('are renewed with a new key when asked for', async () => {
        await one.up(`PROXY=${proxy}`);
        const before = await served();
        assert.equal((await one.hermes('renew', '--new-key')).code, 0);
        assert.notDeepEqual((await served()).pubkey, before.pubkey);
      });

      it('are kept when nothing is due', async () => {
        await one.up(`PROXY=${proxy}`);
        const before = await served();
        assert.equal((await one.hermes('renew')).all, 'certificate kept\nserved as on disk');
        assert.equal((await served()).serialNumber, before.serialNumber);
      });

      const served = () =>
        new Promise<{ serialNumber: string; pubkey: Buffer | undefined }>((done, fail) => {
          const socket = connect({ host: '127.0.0.1', port: port(), servername: 'localhost', ca: one.ca });
          socket.once('error', fail).once('secureConnect', () => {
            const { serialNumber, pubkey } = socket.getPeerCertificate();
            socket.destroy();
            done({ serialNumber, pubkey });
          });
        });
    });
  }

  it('are renewed for the names that the stack runs with', async () => {
    await one.up('DOMAIN=one.test');
    assert.match((await one.hermes('renew', '--force')).stdout, /renewed .*\nserved as on disk/);
    assert.deepEqual(readdirSync(one.at('certs/live')), ['one.test']);
  });

  it('that are not what is served are a fault', async function () {
    // Only root’s nginx has workers that are somebody else, and a copy for them where they cannot enter the project.
    if (process.getuid?.() !== 0) this.skip();
    await one.up();
    const [earlier] = readdirSync(one.at('certs/sets/localhost'));
    await one.hermes('renew', '--force');
    rmSync(one.at('certs/live/localhost'));
    symlinkSync(`../sets/localhost/${earlier}`, one.at('certs/live/localhost'));
    const { code, all } = await one.hermes('certs');
    assert.equal(code, 1);
    assert.match(
      all,
      /^ {2}wire +NOT served as on disk: 127\.0\.0\.1:\d+ for localhost serves the certificate with/m,
    );
    assert.match((await one.hermes('status')).all, /days left, NOT served as on disk/);
    assert.match((await one.hermes('renew')).stdout, /^certificate kept\nserved as on disk$/);
  });
});
