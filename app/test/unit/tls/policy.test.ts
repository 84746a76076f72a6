import { strict as assert } from 'node:assert';
import { groupsFor, tlsPolicy } from '../../../src/tls/policy.js';

describe('the TLS policy', () => {
  it('asks for the post-quantum group where OpenSSL has it, and only there', () => {
    for (const version of ['3.5.0', '3.6.1', '4.0.0', '3.10.0']) {
      assert.equal(groupsFor(version)[0], tlsPolicy.postQuantumGroup, version);
    }
    for (const version of ['1.1.1', '3.0.17+quic', '3.4.9']) {
      assert.deepEqual(groupsFor(version), [...tlsPolicy.groups], version);
    }
  });

  it('has no suite without forward secrecy or without AEAD', () => {
    for (const suite of tlsPolicy.ciphers) assert.match(suite, /^ECDHE-.*(GCM|POLY1305)/);
  });
});
