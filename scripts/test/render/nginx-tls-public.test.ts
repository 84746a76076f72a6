import { equal, rejects } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hstsMaxAge } from '../../../app/src/settings/hsts.js';
import { atLeast } from '../../src/render/version.js';
import { ask } from './helpers/ask.js';
import { machine } from './helpers/machine.js';
import { type RunningNginx, startNginx } from './helpers/nginx.js';
import { raw } from './helpers/raw.js';
import { startUpstream, type Upstream } from './helpers/upstream.js';

describe('TLS of nginx with a public certificate', () => {
  let upstream: Upstream;
  let nginx: RunningNginx;
  before(async () => {
    upstream = await startUpstream();
    nginx = await startNginx(upstream.address, { TLS: 'files', DOMAIN: 'hermes.test' });
  });
  after(async () => {
    await nginx?.stop();
    await upstream?.close();
  });
  const headers = { Host: 'hermes.test' };

  it('ends the handshake for another server name, and for none', async () => {
    for (const serverName of ['localhost', '']) {
      await rejects(ask(nginx, { serverName, headers }), /unrecognized name/);
    }
  });

  it('tells who names another host inside to open another connection', async () => {
    const answer = await ask(nginx, { serverName: 'hermes.test', headers: { Host: 'evil.test' } });
    equal(answer?.status, 421);
    equal(JSON.parse(answer?.body ?? '').hint, 'open one for this host');
  });

  it('closes the connection of who names another host on a plain port, or plainly on the TLS port', async () => {
    equal(await ask(nginx, { scheme: 'http', headers: { Host: 'evil.test' } }), undefined);
    equal(await raw(nginx.httpsPort, 'GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n'), '');
  });

  it('promises HTTPS for two years, on errors of nginx too', async () => {
    for (const path of ['/', '/metrics']) {
      const answer = await ask(nginx, { serverName: 'hermes.test', headers, path });
      equal(answer?.headers['strict-transport-security'], `max-age=${hstsMaxAge}`);
    }
  });

  it('makes no such promise over plain HTTP', async () => {
    equal((await ask(nginx, { scheme: 'http', headers }))?.headers['strict-transport-security'], undefined);
  });

  it('keeps a loaded certificate where this nginx can', () => {
    const cache = readFileSync(join(nginx.folder, 'nginx/snippets/tls/certificate-cache.conf'), 'utf8');
    equal(/^ssl_certificate_cache /m.test(cache), atLeast(machine.nginxVersion, '1.27.4'));
  });
});
