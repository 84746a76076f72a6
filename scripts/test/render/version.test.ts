import { deepEqual, equal, throws } from 'node:assert/strict';
import { parseNginxVersion } from '../../src/render/nginx.js';
import { atLeast } from '../../src/render/version.js';

describe('versions', () => {
  it('compare by number, not by text', () => {
    equal(atLeast('1.27.4', '1.27.4'), true);
    equal(atLeast('1.27.10', '1.27.4'), true);
    equal(atLeast('2.0.0', '1.27.4'), true);
    equal(atLeast('1.27.3', '1.27.4'), false);
    equal(atLeast('1.9.15', '1.27.4'), false);
  });

  it('come from `nginx -V`, with the OpenSSL that runs rather than the one of the build', () => {
    const output =
      'nginx version: nginx/1.22.1\nbuilt with OpenSSL 3.0.22 25 Aug 2026 (running with OpenSSL 3.0.19 27 Jan 2026)\n';
    deepEqual(parseNginxVersion(output), { nginxVersion: '1.22.1', opensslVersion: '3.0.19' });
    deepEqual(
      parseNginxVersion('nginx version: openresty/1.27.1.2\nbuilt with OpenSSL 3.5.4 30 Sep 2025\n'),
      {
        nginxVersion: '1.27.1',
        opensslVersion: '3.5.4',
      },
    );
  });

  it('are asked for with a remedy where nginx has no TLS', () => {
    throws(() => parseNginxVersion('nginx version: nginx/1.22.1\n'), { code: 'nginx-unknown' });
  });
});
