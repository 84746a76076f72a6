import { deepEqual, equal, match, notEqual, ok, rejects } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import { tlsPolicy } from '../../../app/src/tls/policy.js';
import { atLeast } from '../../src/render/version.js';
import { ask, echo, openSocket } from './helpers/ask.js';
import { machine, type RunningNginx, startNginx } from './helpers/nginx.js';
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
  const client = (...options: string[]) => {
    const address = ['-connect', `127.0.0.1:${nginx.httpsPort}`, '-servername', 'hermes.test'];
    const { stdout, stderr } = spawnSync('openssl', ['s_client', ...address, ...options], {
      input: '',
      encoding: 'utf8',
    });
    return stdout + stderr;
  };
  const suiteOf = (output: string) => /^New, TLSv1\.\d, Cipher is (\S+)$/m.exec(output)?.[1] ?? '(NONE)';

  /** Serves a new certificate, and waits until new connections get it from each worker. */
  const renew = async (key: 'ecdsa' | 'rsa') => {
    const pem = nginx.ca.leaf(key);
    nginx.serve(pem);
    const { serialNumber } = new X509Certificate(pem);
    await until('the new certificate is served', async () => {
      const served = await Promise.all(Array.from({ length: 10 }, () => servedSerial(nginx)));
      return served.every((serial) => serial === serialNumber);
    });
    return serialNumber;
  };

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
    const accepted: string[] = [];
    for (const key of ['rsa', 'ecdsa'] as const) {
      await renew(key);
      for (;;) {
        const offer = ['ALL:COMPLEMENTOFALL', ...accepted.map((suite) => `!${suite}`), '@SECLEVEL=0'].join(
          ':',
        );
        const suite = suiteOf(client('-tls1_2', '-cipher', offer));
        if (suite === '(NONE)') break;
        accepted.push(suite);
      }
    }
    deepEqual(accepted.sort(), [...tlsPolicy.ciphers].sort());
  });

  it('offers HTTP/1.1 and no HTTP/2', () => {
    match(client('-alpn', 'h2,http/1.1'), /ALPN protocol: http\/1\.1/);
    ok(!/ALPN protocol: h2/.test(client('-alpn', 'h2')));
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
    const renewed = await renew('ecdsa');
    notEqual(renewed, before);
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

  it('promises nothing to browsers for a certificate that only this machine trusts', async () => {
    equal((await ask(nginx))?.headers['strict-transport-security'], undefined);
  });
});

describe('TLS of nginx with a public certificate', () => {
  let upstream: Upstream;
  let nginx: RunningNginx;
  before(async () => {
    upstream = await startUpstream();
    nginx = await startNginx(upstream.address, { TLS: 'files', DOMAIN: 'hermes.test' });
  });
  after(async () => {
    await nginx?.stop();
    await upstream?.close();
  });
  const headers = { Host: 'hermes.test' };

  it('ends the handshake for another server name, and for none', async () => {
    for (const serverName of ['localhost', '']) {
      await rejects(ask(nginx, { serverName, headers }), /unrecognized name/);
    }
  });

  it('closes the connection of who names another host inside', async () => {
    equal(await ask(nginx, { serverName: 'hermes.test', headers: { Host: 'evil.test' } }), undefined);
  });

  it('promises HTTPS for two years, on errors of nginx too', async () => {
    for (const path of ['/', '/metrics']) {
      const answer = await ask(nginx, { serverName: 'hermes.test', headers, path });
      equal(answer?.headers['strict-transport-security'], `max-age=${tlsPolicy.hstsMaxAge}`);
    }
  });

  it('makes no such promise over plain HTTP', async () => {
    equal((await ask(nginx, { scheme: 'http', headers }))?.headers['strict-transport-security'], undefined);
  });

  it('keeps a loaded certificate where this nginx can', () => {
    const cache = readFileSync(join(nginx.folder, 'nginx/snippets/tls/certificate-cache.conf'), 'utf8');
    equal(/^ssl_certificate_cache /m.test(cache), atLeast(machine.nginxVersion, '1.27.4'));
  });
});

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
