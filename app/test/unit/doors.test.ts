import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { doorTo, knowsReusePort } from '../../src/doors.js';
import { within } from '../helpers/wait.js';

describe('sockets that share a port', () => {
  it('are made where this version of Node can', () => {
    const versions = ['20.19.0', '22.11.0', '22.12.0', '22.23.3', '23.0.0', '23.1.0', '24.0.0'];
    assert.deepEqual(versions.filter(knowsReusePort), ['22.12.0', '22.23.3', '23.1.0', '24.0.0']);
  });

  it('let a client go that leaves in the middle of its TLS handshake, as the server itself does', async () => {
    const server = createSecureServer({ handshakeTimeout: 600_000 }).on('tlsClientError', () => {});
    const door = doorTo(server).listen(0, '127.0.0.1');
    await once(door, 'listening');
    const came = once(server, 'connection') as Promise<[Socket]>;
    const client = connect((door.address() as AddressInfo).port, '127.0.0.1');
    try {
      const [connection] = await came;
      const gone = once(connection, 'close');
      client.end();
      await within(gone, 'the end of the connection', 10_000);
    } finally {
      client.destroy();
      door.close();
    }
  });
});
