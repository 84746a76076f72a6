import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConnectionOptions, connect, getCiphers } from 'node:tls';
import { hstsMaxAge } from '../../src/settings/hsts.js';
import { tlsPolicy } from '../../src/tls/policy.js';
import { inDays, type PairFiles, writePair } from '../helpers/certificates.js';
import { AppProcess, startProcess } from '../helpers/process.js';
import { RawPeer } from '../helpers/raw.js';
import { newFolder, type RunningService, startService } from '../helpers/service.js';
import { Target } from '../helpers/target.js';
import { token } from '../helpers/tokens.js';
import { until } from '../helpers/wait.js';

const settingsFor = ({ keyFile, certFile }: PairFiles) => ({ SSL_KEYFILE: keyFile, SSL_CERTFILE: certFile });

interface Handshake {
  readonly protocol: string | null;
  readonly cipher: string;
  readonly serial: string;
}

/** Makes one TLS handshake; undefined when the server does not agree. */
function shakeHands(port: number, options: ConnectionOptions): Promise<Handshake | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ...options }, () => {
      const { serialNumber } = socket.getPeerCertificate();
      resolve({ protocol: socket.getProtocol(), cipher: socket.getCipher().name, serial: serialNumber });
      socket.destroy();
    });
    socket.once('error', () => resolve(undefined));
  });
}

for (const kind of ['ecdsa', 'rsa'] as const) {
  describe(`direct TLS with an ${kind.toUpperCase()} key`, () => {
    let pair: PairFiles;
    let running: RunningService;
    before(async () => {
      pair = await writePair(newFolder(), kind, { kind });
      running = await startService({ ...settingsFor(pair), SSL_REQUIRED: 'true' }, pair.cert);
    });
    after(() => running.stop());

    const offer = (options: ConnectionOptions) => shakeHands(running.port, { ca: pair.cert, ...options });

    it('carries sockets and requests', async () => {
      const client = await running.open('/ws');
      const id = await running.publish();
      assert.equal((await client.next()).id, id);
      assert.equal((await running.get('/health/live')).status, 200);
      await client.end();
    });

    it('refuses handshakes over TLS like over plain connections', async () => {
      assert.equal((await running.knock('/ws')).status, 401);
      assert.equal((await running.knock('/ws/tenant/t2', { token: token() })).status, 403);
    });

    it('takes TLS 1.3', async () => {
      assert.equal((await offer({ minVersion: 'TLSv1.3' }))?.protocol, 'TLSv1.3');
    });

    for (const version of ['TLSv1', 'TLSv1.1'] as const) {
      it(`refuses ${version}`, async () => {
        // The client would refuse it by itself at a higher security level.
        const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } as const;
        assert.equal(await offer(old), undefined);
      });
    }

    it('takes exactly the suites of the policy in TLS 1.2', async () => {
      const known = getCiphers()
        .filter((name) => !name.startsWith('tls_'))
        .map((name) => name.toUpperCase());
      const taken: string[] = [];
      for (const name of known) {
        const suite = { maxVersion: 'TLSv1.2', ciphers: `${name}:@SECLEVEL=0` } as const;
        const agreed = await offer(suite).catch(() => undefined);
        if (agreed) taken.push(agreed.cipher);
      }
      const expected = tlsPolicy.ciphers.filter((name) => name.includes(kind.toUpperCase()));
      assert.equal(expected.length, 3);
      assert.deepEqual(taken.sort(), expected.sort());
    });

    it('takes the groups of the policy and no other', async () => {
      for (const group of tlsPolicy.groups) assert.ok(await offer({ ecdhCurve: group }), group);
      for (const group of ['secp521r1', 'X448'])
        assert.equal(await offer({ ecdhCurve: group }), undefined, group);
    });

    it('leaves the choice among the suites to the client', async () => {
      const [first, , third] = tlsPolicy.ciphers.filter((name) => name.includes(kind.toUpperCase()));
      for (const order of [
        [first, third],
        [third, first],
      ]) {
        const agreed = await offer({ maxVersion: 'TLSv1.2', ciphers: order.join(':') });
        assert.equal(agreed?.cipher, order[0]);
      }
    });

    it('is a certificate that a client does not trust by itself', async () => {
      await assert.rejects(new Target(running.port, 'none').get('/health/live'));
      assert.equal(await shakeHands(running.port, {}), undefined);
    });

    it('answers plain HTTP with nothing but the end', async () => {
      const peer = await RawPeer.connect(running.port);
      peer.send('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await peer.ended();
      assert.ok(!peer.text.includes('live'));
    });
  });
}

describe('direct TLS with TLS_POLICY=modern', () => {
  it('takes TLS 1.3, sockets included, and refuses TLS 1.2', async () => {
    const pair = await writePair(newFolder(), 'server');
    const settings = { ...settingsFor(pair), SSL_REQUIRED: 'true', TLS_POLICY: 'modern' };
    const running = await startService(settings, pair.cert);
    const client = await running.open('/ws');
    await client.end();
    const offer = (version: 'TLSv1.2' | 'TLSv1.3') =>
      shakeHands(running.port, { ca: pair.cert, minVersion: version, maxVersion: version });
    assert.equal((await offer('TLSv1.3'))?.protocol, 'TLSv1.3');
    assert.equal(await offer('TLSv1.2'), undefined);
    await running.stop();
  });
});

describe('Strict-Transport-Security of direct TLS', () => {
  const sent: Readonly<Record<string, [settings: Record<string, string>, header: string | undefined]>> = {
    'is sent for a domain with own files': [
      { TLS: 'files', DOMAIN: 'ws.example.com' },
      `max-age=${hstsMaxAge}`,
    ],
    'is not sent for localhost alone': [{ TLS: 'files' }, undefined],
    'is not sent for the local CA': [{ TLS: 'selfsigned', DOMAIN: 'ws.example.com' }, undefined],
  };
  for (const [what, [settings, header]] of Object.entries(sent)) {
    it(what, async () => {
      const pair = await writePair(newFolder(), 'server');
      const running = await startService({ ...settingsFor(pair), ...settings }, pair.cert);
      for (const path of ['/', '/health/live', '/nothing-here']) {
        assert.equal((await running.get(path)).headers['strict-transport-security'], header);
      }
      await running.stop();
    });
  }
});

describe('the guide’s self-signed certificate', () => {
  it('is served, and a client that is given it as its CA trusts it', async function () {
    // A key of 4096 bits takes its time.
    this.timeout(120_000);
    const folder = newFolder();
    const files = { keyFile: join(folder, 'server.key'), certFile: join(folder, 'server.crt') };
    const line = `openssl req -x509 -newkey rsa:4096 -nodes -keyout server.key -out server.crt -days 365 -subj /CN=localhost`;
    const [command = '', ...args] = line.split(' ');
    execFileSync(command, args, { cwd: folder, stdio: 'ignore' });
    const cert = readFileSync(files.certFile, 'utf8');
    const running = await startService(settingsFor({ ...files, cert }), cert);
    const client = await running.open('/ws/notifications');
    assert.deepEqual(await client.ask({ action: 'ping' }), { action: 'pong' });
    await client.end();
    await running.stop();
  });
});

describe('the app with direct TLS', () => {
  const lines = ({ keyFile, certFile }: PairFiles) =>
    `🔒 SSL certificates detected - Starting with WSS (WebSocket Secure) support\n   - SSL Key: ${keyFile}\n   - SSL Cert: ${certFile}\n`;

  it('starts with the guide’s lines, and serves a replaced certificate while an open socket lives on', async () => {
    const folder = newFolder();
    const [first, second] = [await writePair(folder, 'server'), await writePair(folder, 'next')];
    const { app, target } = await startProcess(settingsFor(first), first.cert);
    assert.equal(app.stdout, lines(first));
    const client = await target.open('/ws');

    const served = async () => (await shakeHands(target.port, { ca: [first.cert, second.cert] }))?.serial;
    const before = await served();
    assert.ok(before);

    // A bad replacement: a key that does not match, as when only one half was copied.
    copyFileSync(first.keyFile, join(folder, 'kept.key'));
    renameSync(second.keyFile, first.keyFile);
    await until(
      () => app.stderr.includes('replaced certificate refused'),
      () => `a warning; so far: ${app.stderr}`,
    );
    assert.match(app.stderr, /does not belong to/);
    assert.equal(await served(), before);
    writeFileSync(first.certFile, 'no certificate at all');
    await until(
      () => app.stderr.includes('no certificate in PEM form'),
      () => `a warning; so far: ${app.stderr}`,
    );
    assert.equal(await served(), before);

    renameSync(second.certFile, first.certFile);
    await until(
      async () => (await served()) !== before,
      () => 'the new certificate on the wire',
    );
    const fresh = new Target(target.port, second.cert);
    await fresh.publish();
    assert.equal((await client.next()).type, 'uplink');
    assert.ok(!app.stderr.includes('PRIVATE KEY'));
    await client.end();
    assert.equal(await app.end('SIGTERM'), 0);
  });

  it('looks for a replaced certificate at once on SIGHUP', async () => {
    const pair = await writePair(newFolder(), 'server');
    const { app } = await startProcess(settingsFor(pair), pair.cert);
    assert.ok(!app.stderr.includes('certificate'));
    app.child.kill('SIGHUP');
    await until(
      () => app.stderr.includes('"certificate replaced"'),
      () => `a look; so far: ${app.stderr}`,
    );
    assert.equal(await app.end('SIGTERM'), 0);
  });

  it('starts with WS and one warning when the certificate has expired', async () => {
    const expired = await writePair(newFolder(), 'server', { notBefore: inDays(-30), notAfter: inDays(-1) });
    const { app, target } = await startProcess(settingsFor(expired));
    const [first, second, warning, ...rest] = app.stdout.trimEnd().split('\n');
    assert.equal(first, '📡 Starting with WS (unsecured WebSocket) support');
    assert.equal(second, '   To enable WSS, set SSL_KEYFILE and SSL_CERTFILE environment variables');
    assert.match(warning ?? '', /expired at .*Z/);
    assert.deepEqual(rest, []);
    const client = await target.open('/ws');
    await client.end();
    assert.equal(await app.end('SIGTERM'), 0);
  });

  it('refuses to start with SSL_REQUIRED when it cannot be WSS: two lines, exit code 1', async () => {
    const expired = await writePair(newFolder(), 'server', { notBefore: inDays(-30), notAfter: inDays(-1) });
    for (const settings of [settingsFor(expired), { SSL_KEYFILE: expired.keyFile }, {}]) {
      const app = await AppProcess.start({ ...settings, SSL_REQUIRED: 'true' });
      assert.equal(await app.exited(), 1);
      assert.equal(app.stdout, '');
      assert.match(app.stderr, /^direct TLS is required, but .*\n {2}→ .*\n$/);
    }
  });

  it('does not wait for ever for a peer in the middle of its TLS handshake, nor for one that never answers', async () => {
    const pair = await writePair(newFolder(), 'server');
    const [secure, plain] = [
      await startProcess({ ...settingsFor(pair), DRAIN_SECONDS: '0' }, pair.cert),
      await startProcess({ DRAIN_SECONDS: '0' }),
    ];
    const silent = await RawPeer.connect(secure.target.port);
    const deaf = await RawPeer.upgrade(plain.target.port, '/ws', token());
    deaf.socket.pause();
    assert.deepEqual(await Promise.all([secure.app.end('SIGTERM'), plain.app.end('SIGTERM')]), [0, 0]);
    silent.socket.destroy();
    deaf.socket.destroy();
  });
});
