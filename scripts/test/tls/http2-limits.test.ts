import { deepEqual, equal } from 'node:assert/strict';
import { startService } from '../../../app/test/helpers/service.js';
import { type RunningNginx, startNginx } from '../render/helpers/nginx.js';
import { freePorts } from '../render/helpers/ports.js';
import { onEachNginx } from './helpers/each-nginx.js';
import { Http2Client } from './helpers/http2-client.js';

describe('limits and errors over HTTP/2', () => {
  onEachNginx((binary) => {
    let nginx: RunningNginx | undefined;
    afterEach(() => nginx?.stop());

    it('hold for requests to a channel, and answer as JSON', async () => {
      const app = await startService({ PROXY: 'nginx', TRUST_PROXY_HOPS: '1' });
      const limits = { HANDSHAKES_PER_SECOND: '1' };
      nginx = await startNginx(`127.0.0.1:${app.port}`, limits, { binary: binary() });
      const client = await Http2Client.connect(nginx);
      const answers = await Promise.all(Array.from({ length: 8 }, () => client.ask('/ws')));
      const refused = answers.filter(({ status }) => status === 429);
      equal(refused.length >= 1 && refused.length <= 5, true, `${refused.length} of 8 were refused`);
      for (const { headers, body } of refused) {
        deepEqual([headers['content-type'], headers['retry-after']], ['application/json', '1']);
        deepEqual(Object.keys(JSON.parse(body)), ['error', 'hint']);
      }
      equal((await client.ask('/health/live')).status, 200);
      client.close();
      await app.stop();
    });

    it('leave errors of nginx JSON while the app is away', async () => {
      const [port] = await freePorts(1);
      nginx = await startNginx(`127.0.0.1:${port}`, {}, { binary: binary() });
      const client = await Http2Client.connect(nginx);
      const { status, headers, body } = await client.ask('/ws');
      deepEqual([status, headers['retry-after']], [502, '5']);
      equal(JSON.parse(body).error, 'the app does not answer');
      client.close();
    });
  });
});
