import { equal, match, rejects, throws } from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { ensureTraefik } from '../../src/packages/traefik.js';
import { checkTraefik } from '../../src/render/invariants.js';
import { freePort } from '../../src/servers/free-port.js';
import { mustAsk } from './helpers/ask.js';
import { settingsOf } from './helpers/profiles.js';
import { startTraefik } from './helpers/traefik.js';
import { startUpstream } from './helpers/upstream.js';

describe('the metrics of Traefik', () => {
  it('are for this host only, on a port of their own', async function () {
    // Where there is none, it is built first.
    this.timeout(1_200_000);
    await ensureTraefik(() => {});
    const port = await freePort();
    const upstream = await startUpstream();
    const traefik = await startTraefik(upstream.address, { PROXY_METRICS_PORT: String(port) });
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
      match(await answer.text(), /^traefik_entrypoint_requests_total\{/m);
      const outside = Object.values(networkInterfaces())
        .flatMap((addresses) => addresses ?? [])
        .filter(({ internal, family }) => !internal && family === 'IPv4');
      for (const { address } of outside) await rejects(fetch(`http://${address}:${port}/metrics`));
      for (const path of ['/metrics', '/ping', '/api/rawdata', '/dashboard/']) {
        // What is not the metrics of the app, which are refused, is the app's to answer.
        const { status } = await mustAsk(traefik, { path });
        equal(status, path === '/metrics' ? 404 : 200);
      }
    } finally {
      await traefik.stop();
      await upstream.close();
    }
  });

  it('cannot be on a port of something else', () => {
    for (const port of ['8080', '8443', '5000']) {
      const settings = settingsOf({ PROXY_METRICS_PORT: port });
      throws(() => checkTraefik({ settings, upstreams: ['127.0.0.1:5000'] }), {
        code: 'metrics-port-collides',
      });
    }
    const plain = settingsOf({ PROXY_METRICS_PORT: '8443', TLS: 'off' });
    checkTraefik({ settings: plain, upstreams: ['127.0.0.1:5000'] });
  });
});
