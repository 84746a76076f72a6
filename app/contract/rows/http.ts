import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { connect as connectHttp2, type Settings } from 'node:http2';
import { connect } from 'node:tls';
import { ask, upgrade } from '../../test/helpers/answer.js';
import { within } from '../../test/helpers/wait.js';
import { bearer, knock } from '../clients.js';
import type { Row } from '../row.js';
import type { ContractSite } from '../way.js';

/** What asks for HTTP/2 on a connection that has begun with HTTP/1.1. */
export const h2c = {
  Connection: 'Upgrade, HTTP2-Settings',
  Upgrade: 'h2c',
  // An empty SETTINGS payload with one value, as curl sends it (RFC 7540, section 3.2.1).
  'HTTP2-Settings': 'AAMAAABkAARAAAAAAAIAAAAA',
} as const;

/** The protocol that the server chooses among those offered (RFC 7301), and what of HTTP/2 it announces. */
export async function negotiate(site: ContractSite): Promise<{ protocol: string; settings?: Settings }> {
  const { hostname, port } = new URL(site.pageUrl);
  const socket = connect({
    host: hostname,
    port: Number(port),
    servername: hostname,
    ca: site.ca,
    ALPNProtocols: ['h2', 'http/1.1'],
  });
  try {
    await within(once(socket, 'secureConnect'), 'the TLS handshake');
    const protocol = String(socket.alpnProtocol);
    if (protocol !== 'h2') return { protocol };
    const session = connectHttp2(site.pageUrl, { createConnection: () => socket });
    const [settings] = await within(once(session, 'remoteSettings'), 'the SETTINGS frame');
    session.destroy();
    return { protocol, settings };
  } finally {
    socket.destroy();
  }
}

export const redirected =
  (statusOfGet: number) =>
  async (site: ContractSite): Promise<void> => {
    const answer = await ask(site.plainUrl, '/messages/last?dev_eui=d1', { headers: upgrade });
    assert.equal(answer.status, statusOfGet);
    assert.equal(answer.headers.location, `${site.pageUrl}/messages/last?dev_eui=d1`);
    assert.equal((await ask(site.plainUrl, '/', { method: 'POST' })).status, 308);
  };

/** Asks for a host that is not ours, over TLS and plain. */
export function strange(site: ContractSite) {
  const { hostname: servername } = new URL(site.pageUrl);
  const stranger = { headers: { Host: 'elsewhere.example' }, servername };
  return [() => site.request('/', stranger), () => ask(site.plainUrl, '/', stranger)] as const;
}

export const httpRows: readonly Row[] = [
  {
    id: 'to-https',
    name: 'plain http is redirected to https with 308, with its path and query',
    run: redirected(308),
  },
  {
    id: 'strangers',
    name: 'the connection of a request for a host that is not ours is closed, and the app does not hear of it',
    run: async (site) => {
      for (const asked of strange(site)) await assert.rejects(asked(), { code: 'ECONNRESET' });
      const { host } = new URL(site.pageUrl);
      assert.equal((await site.request('/', { headers: { Host: host } })).status, 200);
    },
  },
  {
    id: 'metrics-inside',
    name: 'metrics are not published, however their path is spelled, though the app has them',
    needs: ['metrics'],
    run: async (site) => {
      assert.match(await site.metrics(), /hermes_connections/);
      for (const path of [
        '/metrics',
        '/metrics/',
        '/METRICS',
        '//metrics',
        '/console/../metrics',
        '/%6detrics',
      ]) {
        const { status, text } = await site.request(path);
        assert.deepEqual([path, status], [path, 404]);
        assert.ok(!text.includes('hermes_'));
      }
    },
  },
  {
    id: 'h2c',
    name: 'an upgrade to h2c is not taken, over TLS or plain, and what comes with it is an ordinary request',
    run: async (site) => {
      const token = site.token(site.newcomer().claims);
      for (const path of ['/', '/ws', '/ws/notifications', '/metrics'])
        assert.notEqual(
          (await site.request(path, { headers: { ...h2c, ...bearer(token) } })).status,
          101,
          path,
        );
      assert.equal((await site.request('/', { headers: h2c })).status, 200);
      if (site.way.proxied) assert.notEqual((await ask(site.plainUrl, '/', { headers: h2c })).status, 101);
    },
  },
  {
    id: 'upgrade-elsewhere',
    name: 'only channels upgrade to a WebSocket',
    run: async (site) => {
      const headers = { ...bearer(site.token(site.newcomer().claims)), ...site.serviceHeaders };
      for (const path of ['/', '/metrics', '/messages', '/health/live', '/elsewhere'])
        assert.notEqual((await knock(site, path, headers)).status, 101, path);
    },
  },
  {
    id: 'http2',
    name: 'pages and requests go by HTTP/2 where the client offers it',
    run: async (site) => {
      assert.equal((await negotiate(site)).protocol, 'h2');
    },
  },
  {
    id: 'extended-connect',
    name: 'WebSockets over HTTP/2 (extended CONNECT) are not announced',
    run: async (site) => {
      const { settings } = await negotiate(site);
      assert.notEqual(settings?.enableConnectProtocol, true);
    },
  },
  {
    id: 'long-head',
    name: 'a head of 12 KiB, with a header of 9 KiB in it, is taken',
    run: async (site) => {
      const padding = { 'X-Long': 'x'.repeat(9 * 1024), 'X-Other': 'x'.repeat(3 * 1024) };
      assert.equal((await site.request('/health/live', { headers: padding })).status, 200);
      const token = bearer(site.token(site.newcomer().claims));
      assert.equal((await knock(site, '/ws', { ...token, ...padding })).status, 101);
    },
  },
  {
    id: 'too-long-head',
    name: 'a head of 40 KiB is refused: 431, or the connection ends before the answer is read',
    run: async (site) => {
      const answer = await site.request('/', { headers: { 'X-Long': 'x'.repeat(40 * 1024) } }).catch(
        // Who closes while the client still sends may lose the answer on the way.
        (error: NodeJS.ErrnoException) => error.code,
      );
      if (typeof answer === 'object') assert.equal(answer.status, 431);
      else assert.match(String(answer), /^(ECONNRESET|EPIPE)$/);
      assert.equal((await site.request('/')).status, 200);
    },
  },
];
