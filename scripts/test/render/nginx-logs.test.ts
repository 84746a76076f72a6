import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { ask, open, openSocket } from './helpers/ask.js';
import { type RunningNginx, startNginx } from './helpers/nginx.js';
import { freePorts } from './helpers/ports.js';
import { until } from './helpers/until.js';
import { startUpstream, type Upstream } from './helpers/upstream.js';

const token = 'eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoidTEifQ.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg';

describe('logs of nginx', () => {
  let upstream: Upstream;
  let nginx: RunningNginx;
  before(async () => {
    upstream = await startUpstream();
    nginx = await startNginx(upstream.address);
  });
  after(async () => {
    await nginx?.stop();
    await upstream?.close();
  });

  const lines = (count: number) =>
    until(`the access log has ${count} more lines`, () => {
      const all = nginx.accessLog().trim().split('\n');
      return all.length >= count && all.map((line) => JSON.parse(line));
    });

  it('have a line of JSON for a request, and one for a socket that ended', async () => {
    await ask(nginx, { path: '/health/live', headers: { 'User-Agent': 'a "quoted" agent' } });
    (await openSocket(nginx)).close();
    const [request, socket] = await lines(2);
    equal(request.path, '/health/live');
    equal(request.status, '200');
    equal(request.client, '127.0.0.1');
    equal(request.agent, 'a "quoted" agent');
    deepEqual([socket.path, socket.status, socket.upstream_status], ['/ws', '101', '101']);
    equal(typeof socket.seconds, 'number');
  });

  it('never show a token, wherever a client puts it', async () => {
    const before = (await lines(1)).length;
    const path = `/ws?token=${token}`;
    (await openSocket(nginx, path)).close();
    await ask(nginx, { path: `/ws%3Ftoken=${token}` });
    await ask(nginx, { path: `/ws/${token}` });
    await ask(nginx, { path: '/ws%3ftoken%3Dopaque-secret' });
    await ask(nginx, { scheme: 'http', path: `/ws%3Ftoken=${token}` });
    await ask(nginx, { scheme: 'http', path: `/ws%3Ftoken=${token}`, headers: { Host: 'evil.test' } });
    await ask(nginx, {
      path: '/',
      headers: {
        Referer: `https://localhost${path}`,
        'Sec-WebSocket-Protocol': `bearer, ${token}`,
        Authorization: `Bearer ${token}`,
      },
    });
    await lines(before + 7);
    ok(!nginx.accessLog().includes(token));
    ok(!nginx.accessLog().includes('opaque-secret'));
  });

  it('show no token of a request that failed, once they are masked', async () => {
    const [port] = await freePorts(1);
    const alone = await startNginx(`127.0.0.1:${port}`);
    try {
      await open(alone, `/ws?token=${token}`);
      await ask(alone, {
        path: '/a?token=opaque-secret',
        headers: { Referer: 'https://x.test/?%74oken=other-secret' },
      });
      const secrets = [token, 'opaque-secret', 'other-secret'];
      await until('nginx has complained of each', () =>
        secrets.every((secret) => alone.complaints.raw.includes(secret)),
      );
      await until('the mask has passed as many lines on', () => {
        const count = (text: string) => text.split('\n').length;
        return count(alone.complaints.masked) === count(alone.complaints.raw);
      });
      for (const secret of secrets) ok(!alone.complaints.masked.includes(secret), alone.complaints.masked);
      match(
        alone.complaints.masked,
        /connect\(\) failed .* request: "GET \/ws\?token=\*\*\* HTTP\/1\.1", upstream:/,
      );
    } finally {
      await alone.stop();
    }
  });
});
