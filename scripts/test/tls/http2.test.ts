import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { maxBodyBytes } from '../../../app/src/settings/limits.js';
import { type RunningService, startService } from '../../../app/test/helpers/service.js';
import { apiKey } from '../../../app/test/helpers/target.js';
import { token } from '../../../app/test/helpers/tokens.js';
import { open } from '../render/helpers/ask.js';
import { type RunningNginx, startNginx } from '../render/helpers/nginx.js';
import { until } from '../render/helpers/until.js';
import { onEachNginx } from './helpers/each-nginx.js';
import { Http2Client, openHttp2 } from './helpers/http2-client.js';
import { opening, request } from './helpers/http2-frames.js';

describe('HTTP/2', () => {
  onEachNginx((binary) => {
    let app: RunningService;
    let nginx: RunningNginx;
    let client: Http2Client;
    before(async () => {
      app = await startService({ PROXY: 'nginx', TRUST_PROXY_HOPS: '1' });
      const environment = { TLS: 'files', DOMAIN: 'localhost,hermes.test' };
      nginx = await startNginx(`127.0.0.1:${app.port}`, environment, { binary: binary() });
    });
    after(async () => {
      await nginx?.stop();
      await app?.stop();
    });
    beforeEach(async () => {
      client = await Http2Client.connect(nginx);
    });
    afterEach(() => client.close());

    it('carries the console page, with the promise of HTTPS', async () => {
      equal(client.alpn, 'h2');
      const { status, headers, body } = await client.ask('/');
      deepEqual([status, headers['content-type']], [200, 'text/html; charset=utf-8']);
      match(body, /<html/);
      match(String(headers['strict-transport-security']), /^max-age=\d{8}$/);
    });

    it('does not announce WebSockets (RFC 8441)', () => {
      equal(client.announced.enableConnectProtocol, false);
    });

    it('is not spoken to clients that do not offer it, whose sockets stay on HTTP/1.1', async () => {
      const socket = await open(nginx, '/ws', { Authorization: `Bearer ${token()}` });
      ok(socket instanceof WebSocket);
      socket.terminate();
    });

    for (const path of ['/ws', '/ws/notifications', '/ws/tenant/t1?token=x']) {
      it(`gets JSON that says why for a GET of ${path}`, async () => {
        const { status, headers, body } = await client.ask(path, { authorization: `Bearer ${token()}` });
        deepEqual([status, headers['content-type']], [404, 'application/json; charset=utf-8']);
        match(JSON.parse(body).hint, /HTTP\/1\.1/);
      });
    }

    const handshake: (readonly [string, string])[] = [
      [':scheme', 'https'],
      [':authority', 'localhost'],
      ['sec-websocket-version', '13'],
      ['sec-websocket-key', 'dGhlIHNhbXBsZSBub25jZQ=='],
      ['authorization', `Bearer ${token()}`],
    ];
    const smuggled: Record<string, (readonly [string, string])[]> = {
      'an Upgrade header': [
        [':method', 'GET'],
        ['upgrade', 'websocket'],
        ['connection', 'Upgrade'],
      ],
      'an extended CONNECT that was not announced': [
        [':method', 'CONNECT'],
        [':protocol', 'websocket'],
      ],
    };
    for (const [what, headers] of Object.entries(smuggled)) {
      it(`opens no socket by ${what}`, async () => {
        const opened = await app.metric('hermes_handshakes_total');
        const path = `/ws?attempt=${encodeURIComponent(what)}`;
        const pseudo = headers.filter(([name]) => name.startsWith(':'));
        const others = headers.filter(([name]) => !name.startsWith(':'));
        const socket = await openHttp2(nginx);
        const logged = nginx.accessLog().length;
        socket.write(
          Buffer.concat([opening, request([...pseudo, [':path', path], ...handshake, ...others])]),
        );
        const line = await until(
          'the request is logged',
          () => nginx.accessLog().slice(logged).split('\n')[0],
        );
        socket.destroy();
        const { status } = JSON.parse(line);
        match(status, /^4\d\d$/);
        equal(await app.metric('hermes_handshakes_total'), opened);
      });
    }

    it('tells who names another host than in the TLS handshake to open another connection', async () => {
      const { status, headers, body } = await client.ask('/', { ':authority': 'evil.test' });
      deepEqual([status, headers['content-type']], [421, 'application/json']);
      equal(JSON.parse(body).hint, 'open one for this host');
    });

    it('refuses a Host that differs from the authority', async () => {
      const { status } = await client.ask('/', { ':authority': 'localhost', host: 'evil.test' });
      equal(status, 400);
    });

    it('never reaches the metrics', async () => {
      for (const path of ['/metrics', '//METRICS/', '/%6detrics', '/ws/../metrics']) {
        const { status, headers, body } = await client.ask(path);
        deepEqual(
          [status, headers['content-type'], JSON.parse(body).error],
          [404, 'application/json', 'not found'],
        );
      }
    });

    it('carries a body up to the limit, whole', async () => {
      const head = { 'x-api-key': apiKey, 'content-type': 'application/json', ':method': 'POST' };
      const uplink = { tenant_id: 't1', dev_eui: 'd1', payload: { filler: '' } };
      const room = maxBodyBytes - JSON.stringify(uplink).length;
      uplink.payload.filler = 'x'.repeat(room);
      const { status } = await client.ask('/messages', head, Buffer.from(JSON.stringify(uplink)));
      notEqual(status, 413);
      const small = { ...uplink, payload: {} };
      equal((await client.ask('/messages', head, Buffer.from(JSON.stringify(small)))).status, 202);
    });

    it('refuses a body far above it as JSON', async () => {
      const head = { ':method': 'POST', 'content-length': String(2 * maxBodyBytes) };
      const { status, headers, body } = await client.ask('/messages', head, Buffer.alloc(2 * maxBodyBytes));
      deepEqual([status, headers['content-type']], [413, 'application/json']);
      deepEqual(Object.keys(JSON.parse(body)), ['error', 'hint']);
    });

    it('takes more than a hundred requests at once, and counts none of them as a socket', async () => {
      const answers = await Promise.all(Array.from({ length: 120 }, () => client.ask('/health/live')));
      deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    });

    const stalls = { 'before its preface': 0, 'in its preface': 10, 'after it': opening.length };
    it('is cut where a client stalls before its first request', async function () {
      this.timeout(120_000);
      const cut = Object.values(stalls).map(async (length) => {
        const socket = await openHttp2(nginx);
        socket.resume().write(opening.subarray(0, length));
        await once(socket, 'close');
      });
      await Promise.all(cut);
    });
  });
});
