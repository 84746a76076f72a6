import { equal, match } from 'node:assert/strict';
import { ask } from './helpers/ask.js';
import { type RunningNginx, startNginx } from './helpers/nginx.js';
import { raw } from './helpers/raw.js';
import { startUpstream, type Upstream } from './helpers/upstream.js';

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
