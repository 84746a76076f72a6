import { strict as assert } from 'node:assert';
import type { IncomingMessage } from 'node:http';
import { clientAddress } from '../../../src/http/client-address.js';

const request = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

describe('the address of a client', () => {
  it('is that of the peer where no proxy is trusted, whatever a header says', () => {
    assert.equal(clientAddress(0)(request('192.0.2.1', '198.51.100.7')), '192.0.2.1');
  });

  it('is what the nearest trusted proxy says, not what the client claims before it', () => {
    assert.equal(clientAddress(1)(request('127.0.0.1', '203.0.113.9, 198.51.100.7')), '198.51.100.7');
  });

  it('reads the same on a socket that takes IPv6 too', () => {
    assert.equal(clientAddress(0)(request('::ffff:192.0.2.1')), '192.0.2.1');
    assert.equal(clientAddress(0)(request('2001:db8::1')), '2001:db8::1');
  });
});
