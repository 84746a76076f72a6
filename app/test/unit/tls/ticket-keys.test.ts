import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { readPair } from '../../../src/tls/pair.js';
import { rotateTicketKeys } from '../../../src/tls/ticket-keys.js';
import { writePair } from '../../helpers/certificates.js';
import { newFolder } from '../../helpers/service.js';
import { newSession, shake, type TlsTarget } from '../../helpers/tls-session.js';
import { until } from '../../helpers/wait.js';

describe('the keys of session tickets', () => {
  let server: Server;
  let target: TlsTarget;
  beforeEach(async () => {
    const { keyFile, certFile, cert } = await writePair(newFolder(), 'server');
    server = createServer(readPair(certFile, keyFile), (socket) => socket.on('error', () => {}).resume());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    target = { port: (server.address() as AddressInfo).port, ca: cert };
  });
  afterEach(() => server.close());

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`end the tickets of ${version} when they are replaced, and no handshake`, async () => {
      const keys = rotateTicketKeys(server);
      const session = await newSession(target, version);
      assert.equal((await shake(target, version, session)).resumed, true);
      keys.rotate();
      assert.equal((await shake(target, version, session)).resumed, false);
      const next = await newSession(target, version);
      assert.equal((await shake(target, version, next)).resumed, true);
      keys.stop();
    });
  }

  it('are replaced again and again, until they no longer need be', async () => {
    const keys = rotateTicketKeys(server, 1);
    const seen = new Set<string>();
    const look = () => seen.add(server.getTicketKeys().toString('hex')).size > 3;
    await until(look, () => `a fourth key; ${seen.size} up to now`);
    keys.stop();
    const last = server.getTicketKeys();
    assert.equal(last.length, 48);
    await once(server.close(), 'close');
    assert.deepEqual(server.getTicketKeys(), last);
  });
});
