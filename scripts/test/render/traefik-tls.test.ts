import { deepEqual, equal, match, notEqual, rejects } from 'node:assert/strict';
import { once } from 'node:events';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { tlsPolicy } from '../../../app/src/tls/policy.js';
import { ensureTraefik } from '../../src/packages/traefik.js';
import { goSuite } from '../../src/render/traefik-tls.js';
import { type RunningTraefik, startTraefik } from './helpers/traefik.js';
import { until } from './helpers/until.js';
import { startUpstream, type Upstream } from './helpers/upstream.js';

describe('TLS through Traefik', () => {
  let upstream: Upstream;
  let traefik: RunningTraefik;
  before(async function () {
    // Where there is none, it is built first.
    this.timeout(1_200_000);
    await ensureTraefik(() => {});
    upstream = await startUpstream();
    traefik = await startTraefik(upstream.address);
  });
  after(async () => {
    await traefik?.stop();
    await upstream?.close();
  });

  const shake = async (options: ConnectionOptions = {}, to = traefik): Promise<TLSSocket> => {
    const socket = connect({
      host: '127.0.0.1',
      port: to.httpsPort,
      servername: 'localhost',
      ca: to.ca.certificate,
      ...options,
    });
    await once(socket, 'secureConnect');
    return socket.end();
  };
  const serial = async () => (await shake()).getPeerX509Certificate()?.serialNumber;

  it('is 1.3 with whom can, over HTTP/2 where it is offered', async () => {
    const socket = await shake({ ALPNProtocols: ['h2', 'http/1.1'] });
    deepEqual([socket.getProtocol(), socket.alpnProtocol], ['TLSv1.3', 'h2']);
  });

  it('takes the suites of the policy at 1.2, and no other', async () => {
    const of12 = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const;
    for (const ciphers of tlsPolicy.ciphers.filter((suite) => suite.includes('ECDSA')))
      equal((await shake({ ...of12, ciphers })).getCipher().name, ciphers);
    for (const ciphers of ['ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES128-SHA256'])
      await rejects(shake({ ...of12, ciphers: `${ciphers}:@SECLEVEL=0` }), /alert handshake failure/);
  });

  it('is refused below 1.2', async () => {
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
    await rejects(shake(old), /alert protocol version/);
  });

  it('is 1.3 alone with TLS_POLICY=modern', async () => {
    const modern = await startTraefik(upstream.address, { TLS_POLICY: 'modern' });
    try {
      equal((await shake({}, modern)).getProtocol(), 'TLSv1.3');
      await rejects(shake({ maxVersion: 'TLSv1.2' }, modern), /alert protocol version/);
    } finally {
      await modern.stop();
    }
  });

  it('shows a new certificate once the file that names it was rewritten, and not before', async () => {
    const first = await serial();
    const leaf = traefik.ca.leaf('ecdsa');
    traefik.serve(leaf, false);
    equal(await serial(), first);
    traefik.serve(leaf);
    await until('it is served', async () => (await serial()) !== first);
    notEqual(await serial(), first);
    equal(traefik.said, '');
  });

  it('has a name in Go for every suite of the policy', () => {
    for (const suite of tlsPolicy.ciphers)
      match(
        goSuite(suite),
        /^TLS_ECDHE_(ECDSA|RSA)_WITH_(AES_(128_GCM_SHA256|256_GCM_SHA384)|CHACHA20_POLY1305_SHA256)$/,
      );
  });
});
