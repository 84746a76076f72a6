import { deepEqual, equal } from 'node:assert/strict';
import { join } from 'node:path';
import { type RunningService, startService } from '../../../app/test/helpers/service.js';
import { token } from '../../../app/test/helpers/tokens.js';
import { closeBrowsers, withWindow } from '../docs/clients/chromium.js';
import { type RunningNginx, startNginx } from '../render/helpers/nginx.js';
import { until } from '../render/helpers/until.js';
import { onEachNginx } from './helpers/each-nginx.js';

describe('the console in Chromium', function () {
  this.timeout(120_000);
  onEachNginx((binary) => {
    let app: RunningService;
    let nginx: RunningNginx;
    before(async () => {
      app = await startService({ PROXY: 'nginx', TRUST_PROXY_HOPS: '1' });
      nginx = await startNginx(`127.0.0.1:${app.port}`, { DOMAIN: 'localhost' }, { binary: binary() });
    });
    after(async () => {
      await nginx?.stop();
      await app?.stop();
      await closeBrowsers();
    });

    it('is loaded by HTTP/2, and its socket opens by HTTP/1.1', async () => {
      await withWindow(join(nginx.folder, 'ca.pem'), async (window) => {
        const page = await window.newPage();
        const network = await window.newCDPSession(page);
        await network.send('Network.enable');
        let status: number | undefined;
        network.on('Network.webSocketHandshakeResponseReceived', ({ response }) => {
          status = response.status;
        });
        await page.goto(`https://localhost:${nginx.httpsPort}/`);
        const protocols = await page.evaluate<string[]>(
          `['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind)).map((entry) => entry.nextHopProtocol)`,
        );
        deepEqual(new Set(protocols), new Set(['h2']));
        const url = `wss://localhost:${nginx.httpsPort}/ws`;
        equal(await page.evaluate(`openSocket(${JSON.stringify(url)}, ${JSON.stringify(token())})`), 'open');
        // Over HTTP/2 the answer to a handshake would be 200 (RFC 8441, section 5).
        equal(await until('the handshake is answered', () => status), 101);
      });
    });
  });
});
