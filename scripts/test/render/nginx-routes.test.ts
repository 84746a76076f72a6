import { deepEqual, equal, match } from 'node:assert/strict';
import { maxBodyBytes } from '../../../app/src/settings/limits.js';
import { ask, mustAsk, open, whatAppSaw } from './helpers/ask.js';
import { type RunningNginx, startNginx } from './helpers/nginx.js';
import { freePorts } from './helpers/ports.js';
import { raw } from './helpers/raw.js';
import { startUpstream, type Upstream } from './helpers/upstream.js';

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
        equal((await whatAppSaw(nginx, { headers: { Host } })).headers.host, Host);
      });
    }

    it('reach the app over an address without a server name', async () => {
      equal((await mustAsk(nginx, { serverName: '', headers: { Host: '127.0.0.1' } })).status, 200);
    });

    it('reach the app over IPv6', async function () {
      if (!nginx.ipv6) this.skip();
      equal(
        (await mustAsk(nginx, { address: '::1', serverName: '', headers: { Host: '[::1]' } })).status,
        200,
      );
    });
  });

  describe('over plain HTTP', () => {
    it('are sent to HTTPS, with method, path, query and port kept', async () => {
      const headers = { Host: `localhost:${nginx.httpPort}` };
      const answer = await mustAsk(nginx, { scheme: 'http', method: 'POST', path: '/a%20b?c=d', headers });
      equal(answer.status, 308);
      equal(answer.headers.location, `https://localhost:${nginx.httpsPort}/a%20b?c=d`);
    });

    it('are told so where they meet the TLS port', async () => {
      const answer = await raw(nginx.httpsPort, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
      match(answer, /^HTTP\/1\.1 400 /);
      match(answer, /"hint":"use wss:\/\/ or https:\/\/"/);
    });
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
      const answer = await mustAsk(nginx, { path });
      equal(answer.status, 404);
      equal(JSON.parse(answer.body).error, 'not found');
    });
  }

  it('reach a path that only begins like the metrics', async () => {
    equal((await whatAppSaw(nginx, { path: '/metricsfoo' })).url, '/metricsfoo');
  });

  it('reach the app with a body above its limit, for the app to refuse', async () => {
    const body = Buffer.alloc(maxBodyBytes + 1);
    equal((await whatAppSaw(nginx, { method: 'POST', path: '/messages', body })).bytes, body.length);
  });

  it('are refused as JSON with a body far above the limit, whatever the path ends in', async () => {
    const headers = { 'Content-Length': String(2 * maxBodyBytes) };
    const answer = await mustAsk(nginx, { method: 'POST', path: '/a.html', headers });
    equal(answer.status, 413);
    equal(answer.headers['content-type'], 'application/json');
    deepEqual(Object.keys(JSON.parse(answer.body)), ['error', 'hint']);
  });

  it('name no version of nginx', async () => {
    equal((await mustAsk(nginx, {})).headers.server, 'nginx');
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
