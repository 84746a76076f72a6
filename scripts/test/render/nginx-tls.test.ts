import { deepEqual, equal, match, notEqual, rejects } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import { tlsPolicy } from '../../../app/src/tls/policy.js';
import { ask, echo, openSocket } from './helpers/ask.js';
import { type RunningNginx, startNginx } from './helpers/nginx.js';
import { until } from './helpers/until.js';
import { startUpstream, type Upstream } from './helpers/upstream.js';

describe('TLS of nginx', () => {
  let upstream: Upstream;
  let nginx: RunningNginx;
  before(async () => {
    upstream = await startUpstream();
    nginx = await startNginx(upstream.address, { DOMAIN: 'hermes.test' });
  });
  after(async () => {
    await nginx?.stop();
    await upstream?.close();
  });

  /** What a client of OpenSSL sees; its own limits are lifted, so that it is the server that decides. */
  const client = (...options: string[]) => sClient(nginx.httpsPort, ...options);

  it('refuses TLS 1.1 and older', () => {
    for (const version of ['-tls1', '-tls1_1']) {
      match(client(version, '-cipher', 'ALL:@SECLEVEL=0'), /alert protocol version/);
    }
  });

  it('speaks TLS 1.3 and 1.2', () => {
    match(client('-tls1_3'), /New, TLSv1\.3/);
    match(client('-tls1_2'), /New, TLSv1\.2/);
  });

  it('accepts at TLS 1.2 the suites of the policy and no others', async () => {
    const withRsa = await startNginx(upstream.address, {}, { key: 'rsa' });
    try {
      const accepted = [...acceptedSuites(nginx), ...acceptedSuites(withRsa)];
      deepEqual(accepted.sort(), [...tlsPolicy.ciphers].sort());
    } finally {
      await withRsa.stop();
    }
  });

  it('is refused by a client that does not trust the authority', async () => {
    const stranger = new WebSocket(`wss://localhost:${nginx.httpsPort}/ws`);
    await rejects(
      new Promise((open, fail) => stranger.once('open', open).once('error', fail)),
      /certificate/,
    );
  });

  it('has a certificate for names, for 127.0.0.1 and for [::1]', async () => {
    const addresses = ['hermes.test', 'localhost', '127.0.0.1', ...(nginx.ipv6 ? ['[::1]'] : [])];
    for (const host of addresses) {
      const socket = new WebSocket(`wss://${host}:${nginx.httpsPort}/ws`, {
        ca: nginx.ca.certificate,
        lookup: (_name, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }] as never, 4),
      });
      await new Promise((open, fail) => socket.once('open', open).once('error', fail));
      socket.terminate();
    }
  });

  it('serves a renewed certificate without a reload, and keeps the sockets that are open', async () => {
    const socket = await openSocket(nginx);
    const [before, workers] = [await servedSerial(nginx), nginx.processes()];
    const pem = nginx.ca.leaf('ecdsa');
    const { serialNumber } = new X509Certificate(pem);
    notEqual(serialNumber, before);
    nginx.serve(pem);
    await until('it is served', async () => (await servedSerial(nginx)) === serialNumber);
    equal(await echo(socket, 'still here'), 'still here');
    deepEqual(nginx.processes(), workers);
    socket.terminate();
  });

  it('resumes sessions', async () => {
    const first = await handshake(nginx);
    const session = await new Promise<Buffer>((got) => {
      first.once('session', got).write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    });
    first.destroy();
    const second = await handshake(nginx, session);
    equal(second.isSessionReused(), true);
    second.destroy();
  });

  it('gives one session for each full handshake', async () => {
    const socket = await handshake(nginx);
    equal(socket.getProtocol(), 'TLSv1.3');
    let sessions = 0;
    socket.on('session', () => {
      sessions += 1;
    });
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    await once(socket.resume(), 'end');
    equal(sessions, 1);
  });

  it('promises nothing to browsers for a certificate that only this machine trusts', async () => {
    equal((await ask(nginx))?.headers['strict-transport-security'], undefined);
  });
});

function sClient(port: number, ...options: string[]): string {
  const address = ['-connect', `127.0.0.1:${port}`, '-servername', 'localhost'];
  const { stdout, stderr } = spawnSync('openssl', ['s_client', ...address, ...options], {
    input: '',
    encoding: 'utf8',
  });
  return stdout + stderr;
}

/** Offers everything that was not yet taken, until nothing of it is. */
function acceptedSuites(nginx: RunningNginx): string[] {
  const accepted: string[] = [];
  for (;;) {
    const offer = ['ALL:COMPLEMENTOFALL', ...accepted.map((suite) => `!${suite}`), '@SECLEVEL=0'].join(':');
    const output = sClient(nginx.httpsPort, '-tls1_2', '-cipher', offer);
    const suite = /^New, TLSv1\.2, Cipher is (\S+)$/m.exec(output)?.[1];
    if (!suite) return accepted;
    accepted.push(suite);
  }
}

async function servedSerial(nginx: RunningNginx): Promise<string> {
  const socket = await handshake(nginx);
  const serial = socket.getPeerX509Certificate()?.serialNumber ?? '';
  socket.destroy();
  return serial;
}

function handshake(nginx: RunningNginx, session?: Buffer): Promise<TLSSocket> {
  return new Promise((done, fail) => {
    const socket = connect(
      {
        port: nginx.httpsPort,
        host: '127.0.0.1',
        servername: 'localhost',
        ca: nginx.ca.certificate,
        session,
      },
      () => done(socket),
    );
    socket.once('error', fail);
  });
}
