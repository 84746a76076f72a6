import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import { ensureTraefik } from '../../src/packages/traefik.js';
import { ask, echo, mustAsk, open, openSocket, whatAppSaw } from './helpers/ask.js';
import { raw } from './helpers/raw.js';
import { type RunningTraefik, startTraefik } from './helpers/traefik.js';
import { until } from './helpers/until.js';
import { startUpstream, type Upstream } from './helpers/upstream.js';

describe('requests through Traefik', () => {
  let upstream: Upstream;
  let traefik: RunningTraefik;
  before(async function () {
    // Where there is none, it is built first.
    this.timeout(1_200_000);
    await ensureTraefik(() => {});
    upstream = await startUpstream();
    traefik = await startTraefik(upstream.address, { DOMAIN: 'hermes.test,*.iot.test' });
  });
  after(async () => {
    await traefik?.stop();
    await upstream?.close();
  });

  for (const scheme of ['http', 'https'] as const) {
    for (const host of ['evil.test', 'a.b.iot.test', 'iot.test', 'localhost.evil.test']) {
      it(`for ${host}, which is not ours, get a bare 404 over ${scheme}`, async () => {
        const { status, body } = await mustAsk(traefik, { scheme, headers: { Host: host } });
        deepEqual([status, body], [404, '404 page not found\n']);
      });
    }
  }

  for (const host of ['hermes.test', 'a.iot.test', 'localhost', '127.0.0.1', '[::1]']) {
    it(`reach the app as ${host}, with the port that the client named`, async () => {
      const Host = `${host}:${traefik.httpsPort}`;
      equal((await whatAppSaw(traefik, { headers: { Host } })).headers.host, Host);
      equal((await whatAppSaw(traefik, { headers: { Host: host } })).headers.host, host);
    });
  }

  it('reach the app over an address without a server name', async () => {
    equal((await mustAsk(traefik, { serverName: '', headers: { Host: '127.0.0.1' } })).status, 200);
  });

  it('end in the handshake where the server name is not in the certificate', async () => {
    let refused: unknown;
    await ask(traefik, { serverName: 'evil.test' }).catch((error) => {
      refused = error;
    });
    match(String(refused), /alert/);
  });

  it('are sent to HTTPS, with method, path, query and port kept', async () => {
    const headers = { Host: `localhost:${traefik.httpPort}` };
    const answer = await mustAsk(traefik, { scheme: 'http', method: 'POST', path: '/a%20b?c=d', headers });
    equal(answer.status, 308);
    equal(answer.headers.location, `https://localhost:${traefik.httpsPort}/a%20b?c=d`);
  });

  it('do not reach the app where plain HTTP meets the TLS port', async () => {
    match(await raw(traefik.httpsPort, 'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n'), /^HTTP\/1\.0 404 /);
  });

  for (const path of [
    '/metrics',
    '/metrics/',
    '//metrics',
    '/METRICS',
    '/./metrics',
    '/x/../metrics',
    '/%6detrics',
    '/%2e/metrics',
    '/metrics?a=b',
    '/metrics/x',
    '/ws/../metrics',
    '/%4D%65trics/',
  ]) {
    it(`never reach the metrics as ${path}`, async () => {
      equal((await mustAsk(traefik, { path })).status, 404);
    });
  }

  it('have nothing in their path that hides its meaning', async () => {
    for (const path of ['/metrics%2f', '/metrics%3fa', '/metrics%23', '/metrics%2561'])
      equal((await mustAsk(traefik, { path })).status, 400);
  });

  it('reach a path that only begins like the metrics', async () => {
    equal((await whatAppSaw(traefik, { path: '/metricsfoo' })).url, '/metricsfoo');
  });

  for (const path of ['/ws', '/ws/notifications?token=x']) {
    it(`become a socket on ${path}`, async () => {
      const socket = await openSocket(traefik, path);
      equal(await echo(socket, 'hello'), 'hello');
      equal(upstream.handshakes.at(-1)?.url, path);
      socket.terminate();
    });
  }

  it('become a socket only on the channels', async () => {
    const answer = await open(traefik, '/other');
    equal('status' in answer && answer.status, 200);
  });

  for (const path of ['/', '/ws']) {
    for (const Upgrade of ['h2c', 'websocket, h2c']) {
      it(`to ${Upgrade} on ${path} reach the app as ordinary requests`, async () => {
        const { headers } = await whatAppSaw(traefik, {
          path,
          headers: {
            Connection: 'Upgrade, HTTP2-Settings',
            Upgrade,
            'HTTP2-Settings': 'AAMAAABkAARAAAAAAAIAAAAA',
          },
        });
        deepEqual([headers.upgrade, headers['http2-settings']], [undefined, undefined]);
        ok(!/upgrade/i.test(headers.connection ?? ''));
      });
    }
  }

  const lies = {
    'X-Forwarded-For': '6.6.6.6',
    'X-Real-IP': '6.6.6.6',
    'X-Forwarded-Proto': 'http',
    'X-Forwarded-Host': 'evil.test',
    'X-Forwarded-Port': '1',
    Forwarded: 'for=6.6.6.6',
  };
  const assertTruth = (headers: Readonly<Record<string, unknown>> | undefined) => {
    equal(headers?.['x-forwarded-for'], '127.0.0.1');
    equal(headers?.['x-real-ip'], '127.0.0.1');
    equal(headers?.['x-forwarded-proto'], 'https');
    match(String(headers?.['x-forwarded-host']), /^localhost(:\d+)?$/);
    equal(headers?.['x-forwarded-port'], String(traefik.httpsPort));
    equal(headers?.forwarded, undefined);
  };

  it('tell the app who the client is, whatever the client says', async () => {
    assertTruth((await whatAppSaw(traefik, { headers: lies })).headers);
  });

  it('tell the app who opens a socket, whatever the client says', async () => {
    const socket = await open(traefik, '/ws', lies);
    assertTruth(upstream.handshakes.at(-1)?.headers);
    if ('terminate' in socket) socket.terminate();
  });

  it('leave no query and no header in the access log, and no HSTS in the answer', async () => {
    const headers = { Authorization: 'Bearer s3cret', Referer: 'https://localhost/?token=s3cret' };
    const { headers: answered } = await mustAsk(traefik, { path: '/logged?token=s3cret', headers });
    equal(answered['strict-transport-security'], undefined);
    const before = traefik.accessLog().split('\n').length;
    await mustAsk(traefik, { path: '/ws?token=s3cret', headers });
    await until('it is logged', () => traefik.accessLog().split('\n').length > before);
    const { ClientHost, RouterName, DownstreamStatus } = JSON.parse(
      traefik.accessLog().trim().split('\n').at(-1) ?? '',
    );
    deepEqual([ClientHost, RouterName, DownstreamStatus], ['127.0.0.1', 'requests@file', 200]);
    ok(!traefik.accessLog().includes('s3cret'));
    equal(traefik.said, '');
  });

  it('have REQUEST_TIMEOUT, and no less, to arrive', async function () {
    this.timeout(120_000);
    const slow = await startTraefik(upstream.address, { REQUEST_TIMEOUT: '15s' });
    try {
      const head = (length: number) =>
        `POST /slow HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`;
      // In pieces, over longer than a head may take on Nginx.
      const pieces = 12;
      const [whole, half] = await Promise.all([
        slowly(traefik, [head(pieces), ...Array.from({ length: pieces }, () => 'x')]),
        slowly(slow, ['GET / HTTP/1.1\r\nHost: loc']),
      ]);
      match(whole, /^HTTP\/1\.1 200 /);
      ok(!half.startsWith('HTTP/1.1 200'), half);
    } finally {
      await slow.stop();
    }
  });

  it('get 429 from an address that has its share of sockets', async () => {
    const few = await startTraefik(upstream.address, { CONNECTIONS_PER_ADDRESS: '2' });
    const held = [await openSocket(few), await openSocket(few)];
    try {
      const third = await open(few);
      equal('status' in third && third.status, 429);
      held.pop()?.terminate();
      await until('there is room again', async () => {
        const again = await open(few);
        if ('status' in again) return false;
        held.push(again);
        return true;
      });
    } finally {
      for (const socket of held) socket.terminate();
      await few.stop();
    }
  });

  it('get 429 from an address that makes handshakes too quickly', async () => {
    const slow = await startTraefik(upstream.address, { HANDSHAKES_PER_SECOND: '1' });
    try {
      const answers = await Promise.all(Array.from({ length: 10 }, () => open(slow)));
      const refused = answers.filter((answer) => 'status' in answer && answer.status === 429);
      for (const answer of answers) if ('terminate' in answer) answer.terminate();
      ok(refused.length >= 5, `${refused.length} of 10 were refused`);
    } finally {
      await slow.stop();
    }
  });

  it('carry Strict-Transport-Security where the certificate is public', async () => {
    const open = await startTraefik(upstream.address, { TLS: 'files', DOMAIN: 'hermes.test' });
    try {
      const { headers } = await mustAsk(open, { headers: { Host: 'hermes.test' } });
      equal(headers['strict-transport-security'], 'max-age=63072000');
    } finally {
      await open.stop();
    }
  });
});

/** Sends parts over TLS, one a second, and reads until the connection ends. */
function slowly({ httpsPort, ca }: RunningTraefik, parts: readonly string[]): Promise<string> {
  return new Promise((done, fail) => {
    let answer = '';
    const options = { port: httpsPort, host: '127.0.0.1', servername: 'localhost', ca: ca.certificate };
    const socket = connect(options, async () => {
      for (const part of parts) {
        socket.write(part);
        await delay(1_000);
      }
    });
    socket.on('data', (data) => {
      answer += data;
    });
    socket.once('close', () => done(answer)).once('error', fail);
  });
}
