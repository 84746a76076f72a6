import { equal, rejects } from 'node:assert/strict';
import { connect, type SecureVersion } from 'node:tls';
import { openSocket } from '../render/helpers/ask.js';
import { type RunningNginx, startNginx } from '../render/helpers/nginx.js';
import { startUpstream, type Upstream } from '../render/helpers/upstream.js';
import { onEachNginx } from './helpers/each-nginx.js';

describe('TLS_POLICY', () => {
  onEachNginx((binary) => {
    let upstream: Upstream;
    let nginx: RunningNginx | undefined;
    before(async () => {
      upstream = await startUpstream();
    });
    afterEach(() => nginx?.stop());
    after(() => upstream?.close());

    const start = async (policy: string) => {
      nginx = await startNginx(upstream.address, { TLS_POLICY: policy }, { binary: binary() });
      return nginx;
    };

    it('modern takes TLS 1.3, sockets included, and refuses TLS 1.2', async () => {
      const running = await start('modern');
      equal(await agreed(running, 'TLSv1.3'), 'TLSv1.3');
      (await openSocket(running)).terminate();
      await rejects(agreed(running, 'TLSv1.2'), /alert protocol version/);
    });

    it('intermediate takes TLS 1.2 too', async () => {
      const running = await start('intermediate');
      equal(await agreed(running, 'TLSv1.3'), 'TLSv1.3');
      equal(await agreed(running, 'TLSv1.2'), 'TLSv1.2');
      await rejects(agreed(running, 'TLSv1.1'), /alert protocol version/);
    });
  });
});

/** The version that a client gets which speaks no other. */
function agreed({ httpsPort, ca }: RunningNginx, version: SecureVersion): Promise<string | null> {
  const own = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
  return new Promise((done, fail) => {
    const options = { host: '127.0.0.1', port: httpsPort, servername: 'localhost', ca: ca.certificate };
    const socket = connect({ ...options, ...own }, () => {
      done(socket.getProtocol());
      socket.destroy();
    }).once('error', fail);
  });
}
