import { deepEqual, equal, ok } from 'node:assert/strict';
import { echo, open, openSocket, whatAppSaw } from './helpers/ask.js';
import { type RunningNginx, startNginx } from './helpers/nginx.js';
import { startUpstream, type Upstream } from './helpers/upstream.js';

describe('requests through nginx', () => {
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
        const { headers } = await whatAppSaw(nginx, {
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
      const { headers } = await whatAppSaw(nginx, {
        path: '/ws',
        headers: { Connection: 'Upgrade', Upgrade: 'websocket, h2c' },
      });
      equal(headers.upgrade, undefined);
    });
  });

  it('tell the app who the client is, whatever the client says', async () => {
    const { headers } = await whatAppSaw(nginx, {
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
});
