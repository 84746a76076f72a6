import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { connect } from 'node:net';
import { maxBodyBytes } from '../../../app/src/http/body.js';
import { type Answer, ask, echo, open, openSocket, type Question } from './helpers/ask.js';
import { type RunningNginx, startNginx } from './helpers/nginx.js';
import { freePorts } from './helpers/ports.js';
import { type Seen, startUpstream, type Upstream } from './helpers/upstream.js';

describe('requests through nginx', () => {
  let upstream: Upstream;
  let nginx: RunningNginx;
  before(async () => {
    upstream = await startUpstream();
    nginx = await startNginx(upstream.address, { DOMAIN: 'hermes.test,*.iot.test' });
  });
  after(async () => {
    await nginx?.stop();
    await upstream?.close();
  });

  const asked = async (question: Question): Promise<Answer> => {
    const answer = await ask(nginx, question);
    ok(answer, 'nginx closed the connection without an answer');
    return answer;
  };
  const seen = async (question: Question): Promise<Seen> => JSON.parse((await asked(question)).body);

  describe('for a host', () => {
    for (const scheme of ['http', 'https'] as const) {
      it(`that is unknown end without an answer, over ${scheme}`, async () => {
        equal(await ask(nginx, { scheme, headers: { Host: 'evil.test' } }), undefined);
      });
    }

    it('that is unknown end without an answer where plain HTTP meets the TLS port', async () => {
      equal(await raw(nginx.httpsPort, 'GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n'), '');
    });

    it('that is not named at all end without an answer', async () => {
      equal(await raw(nginx.httpPort, 'GET / HTTP/1.0\r\n\r\n'), '');
    });

    for (const host of ['hermes.test', 'a.iot.test', 'localhost', '127.0.0.1', '[::1]']) {
      it(`reach the app as ${host}, with the port that the client named`, async () => {
        const Host = `${host}:${nginx.httpsPort}`;
        equal((await seen({ headers: { Host } })).headers.host, Host);
      });
    }

    it('reach the app over an address without a server name', async () => {
      equal((await asked({ serverName: '', headers: { Host: '127.0.0.1' } })).status, 200);
    });

    it('reach the app over IPv6', async function () {
      if (!nginx.ipv6) this.skip();
      equal((await asked({ address: '::1', serverName: '', headers: { Host: '[::1]' } })).status, 200);
    });
  });

  describe('over plain HTTP', () => {
    it('are sent to HTTPS, with method, path, query and port kept', async () => {
      const headers = { Host: `localhost:${nginx.httpPort}` };
      const answer = await asked({ scheme: 'http', method: 'POST', path: '/a%20b?c=d', headers });
      equal(answer.status, 308);
      equal(answer.headers.location, `https://localhost:${nginx.httpsPort}/a%20b?c=d`);
    });

    it('are told so where they meet the TLS port', async () => {
      const answer = await raw(nginx.httpsPort, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
      match(answer, /^HTTP\/1\.1 400 /);
      match(answer, /"hint":"use wss:\/\/ or https:\/\/"/);
    });
  });

  describe('that upgrade', () => {
    for (const path of ['/ws', '/ws/notifications?token=x']) {
      it(`become a socket on ${path}`, async () => {
        const socket = await openSocket(nginx, path);
        equal(await echo(socket, 'hello'), 'hello');
        equal(upstream.handshakes.at(-1)?.url, path);
        socket.terminate();
      });
    }

    it('do so only on the channels', async () => {
      const answer = await open(nginx, '/other');
      equal('status' in answer && answer.status, 200);
    });

    for (const path of ['/', '/ws']) {
      it(`to h2c on ${path} reach the app as ordinary requests`, async () => {
        const { headers } = await seen({
          path,
          headers: {
            Connection: 'Upgrade, HTTP2-Settings',
            Upgrade: 'h2c',
            'HTTP2-Settings': 'AAMAAABkAARAAAAAAAIAAAAA',
          },
        });
        deepEqual([headers.upgrade, headers['http2-settings']], [undefined, undefined]);
        ok(!/upgrade/i.test(headers.connection ?? ''));
      });
    }

    it('to several protocols at once reach the app as ordinary requests', async () => {
      const { headers } = await seen({
        path: '/ws',
        headers: { Connection: 'Upgrade', Upgrade: 'websocket, h2c' },
      });
      equal(headers.upgrade, undefined);
    });
  });

  it('tell the app who the client is, whatever the client says', async () => {
    const { headers } = await seen({
      headers: {
        'X-Forwarded-For': '6.6.6.6',
        'X-Real-IP': '6.6.6.6',
        'X-Forwarded-Proto': 'http',
        'X-Forwarded-Host': 'evil.test',
        'X-Forwarded-Port': '1',
        Forwarded: 'for=6.6.6.6',
      },
    });
    equal(headers['x-forwarded-for'], '127.0.0.1');
    equal(headers['x-real-ip'], '127.0.0.1');
    equal(headers['x-forwarded-proto'], 'https');
    equal(headers['x-forwarded-host'], 'localhost');
    equal(headers['x-forwarded-port'], String(nginx.httpsPort));
    equal(headers.forwarded, undefined);
  });

  it('tell the app who opens a socket, whatever the client says', async () => {
    const socket = await open(nginx, '/ws', { 'X-Forwarded-For': '6.6.6.6', Forwarded: 'for=6.6.6.6' });
    const headers = upstream.handshakes.at(-1)?.headers;
    deepEqual([headers?.['x-forwarded-for'], headers?.forwarded], ['127.0.0.1', undefined]);
    if ('terminate' in socket) socket.terminate();
  });

  it('end without an answer where the request line names a host of its own', async () => {
    equal(await ask(nginx, { path: 'https://localhost/', headers: { Host: 'evil.test' } }), undefined);
  });

  const spellings = [
    '/metrics',
    '/metrics/',
    '//metrics',
    '/METRICS',
    '/./metrics',
    '/x/../metrics',
    '/%6detrics',
  ];
  const more = [
    '/metrics%2f',
    '/%2e/metrics',
    '/metrics?a=b',
    '/metrics/x',
    '/ws/../metrics',
    '/%4D%65trics/',
  ];
  for (const path of [...spellings, ...more]) {
    it(`never reach the metrics as ${path}`, async () => {
      const answer = await asked({ path });
      equal(answer.status, 404);
      equal(JSON.parse(answer.body).error, 'not found');
    });
  }

  it('reach a path that only begins like the metrics', async () => {
    equal((await seen({ path: '/metricsfoo' })).url, '/metricsfoo');
  });

  it('reach the app with a body above its limit, for the app to refuse', async () => {
    const body = Buffer.alloc(maxBodyBytes + 1);
    equal((await seen({ method: 'POST', path: '/messages', body })).bytes, body.length);
  });

  it('are refused as JSON with a body far above the limit, whatever the path ends in', async () => {
    const headers = { 'Content-Length': String(2 * maxBodyBytes) };
    const answer = await asked({ method: 'POST', path: '/a.html', headers });
    equal(answer.status, 413);
    equal(answer.headers['content-type'], 'application/json');
    deepEqual(Object.keys(JSON.parse(answer.body)), ['error', 'hint']);
  });

  it('name no version of nginx', async () => {
    equal((await asked({})).headers.server, 'nginx');
  });

  it('get JSON and a time to wait while the app is away', async () => {
    const [port] = await freePorts(1);
    const alone = await startNginx(`127.0.0.1:${port}`);
    try {
      const answer = await ask(alone, { path: '/health/ready' });
      equal(answer?.status, 502);
      equal(answer?.headers['retry-after'], '5');
      equal(JSON.parse(answer?.body ?? '').error, 'the app does not answer');
      const handshake = await open(alone);
      equal('status' in handshake && handshake.status, 502);
    } finally {
      await alone.stop();
    }
  });
});

describe('requests through nginx with TLS=off', () => {
  let upstream: Upstream;
  let nginx: RunningNginx;
  before(async () => {
    upstream = await startUpstream();
    nginx = await startNginx(upstream.address, { TLS: 'off' });
  });
  after(async () => {
    await nginx?.stop();
    await upstream?.close();
  });

  it('reach the app over plain HTTP', async () => {
    const answer = await ask(nginx, { scheme: 'http' });
    equal(JSON.parse(answer?.body ?? '').headers['x-forwarded-proto'], 'http');
  });

  it('end without an answer for an unknown host', async () => {
    equal(await ask(nginx, { scheme: 'http', headers: { Host: 'evil.test' } }), undefined);
  });

  it('never reach the metrics', async () => {
    equal((await ask(nginx, { scheme: 'http', path: '/metrics' }))?.status, 404);
  });

  it('become sockets', async () => {
    const answer = await raw(
      nginx.httpPort,
      'GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
      /\r\n\r\n/,
    );
    match(answer, /^HTTP\/1\.1 101 /);
  });
});

/** Sends text over TCP, and reads until the connection ends or the pattern is met. */
function raw(port: number, text: string, enough?: RegExp): Promise<string> {
  return new Promise((done, fail) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => {
      answer += data;
      if (enough?.test(answer)) socket.destroy();
    });
    socket.once('close', () => done(answer)).once('error', fail);
  });
}
