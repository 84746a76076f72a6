import { deepEqual, equal, ok } from 'node:assert/strict';
import { maxBodyBytes } from '../../../app/src/settings/limits.js';
import { tlsPolicy } from '../../../app/src/tls/policy.js';
import { deriveNginx } from '../../src/render/derive.js';
import { place, settingsOf } from './helpers/profiles.js';

const derive = (environment: Record<string, string> = {}, more = {}) =>
  deriveNginx(settingsOf(environment), { ...place, ...more });

describe('the values for nginx', () => {
  it('take every timeout from the one list', () => {
    const values = derive({ PING_INTERVAL: '30s', PONG_TIMEOUT: '10s' });
    equal(values.HERMES_IDLE_TIMEOUT, '55s');
    equal(values.HERMES_REQUEST_HEAD_TIMEOUT, '10s');
    equal(values.HERMES_REQUEST_BODY_TIMEOUT, '60s');
    equal(values.HERMES_CONNECT_TIMEOUT, '5s');
  });

  it('keep milliseconds that are no whole second', () => {
    equal(derive({ PING_INTERVAL: '2500ms' }).HERMES_IDLE_TIMEOUT, '37500ms');
  });

  it('give each client two descriptors', () => {
    const values = derive({ MAX_CONNECTIONS: '20000' });
    ok(Number(values.HERMES_WORKER_CONNECTIONS) >= 40_000);
    ok(Number(values.HERMES_DESCRIPTORS) > Number(values.HERMES_WORKER_CONNECTIONS));
  });

  it('stay within the descriptors that the machine allows', () => {
    const values = derive({ MAX_CONNECTIONS: '50000' }, { descriptorLimit: 20_000 });
    equal(values.HERMES_DESCRIPTORS, '20000');
    ok(Number(values.HERMES_WORKER_CONNECTIONS) < 20_000);
  });

  it('let a burst be twice the rate of handshakes', () => {
    const values = derive({ HANDSHAKES_PER_SECOND: '70' });
    deepEqual([values.HERMES_HANDSHAKE_RATE, values.HERMES_HANDSHAKE_BURST], ['70', '140']);
  });

  it('size the counters for a client address of each socket', () => {
    equal(derive({ MAX_CONNECTIONS: '100' }).HERMES_LIMIT_ZONE, '1m');
    equal(derive({ MAX_CONNECTIONS: '50000' }).HERMES_LIMIT_ZONE, '7m');
  });

  it('let the app be the one that refuses a body just above its limit', () => {
    ok(Number(derive().HERMES_BODY_BUFFER) > maxBodyBytes);
  });

  it('name this machine too where a local CA made the certificate, and nothing twice', () => {
    equal(derive({ DOMAIN: 'a.test,localhost' }).HERMES_SERVER_NAMES, 'a.test localhost 127.0.0.1 [::1]');
  });

  it('name the domains only where the certificate is public', () => {
    equal(derive({ DOMAIN: 'a.test,*.b.test', TLS: 'files' }).HERMES_SERVER_NAMES, 'a.test *.b.test');
  });

  it('leave out the port of HTTPS in redirects only where it is 443', () => {
    equal(derive({ HTTPS_PORT: '443' }).HERMES_HTTPS_SUFFIX, '');
    equal(derive({ HTTPS_PORT: '9443' }).HERMES_HTTPS_SUFFIX, ':9443');
  });

  it('take protocols and suites from the policy', () => {
    const values = derive();
    equal(values.HERMES_TLS_PROTOCOLS, 'TLSv1.2 TLSv1.3');
    deepEqual(values.HERMES_TLS_CIPHERS?.split(':'), [...tlsPolicy.ciphers]);
  });

  it('have no suites of TLS 1.2 where the policy is modern', () => {
    const values = derive({ TLS_POLICY: 'modern' });
    equal(values.HERMES_TLS_PROTOCOLS, 'TLSv1.3');
    equal(values.HERMES_TLS_CIPHERS, undefined);
  });

  it('switch HTTP/2 on in `listen` only for an nginx that has no directive for it', () => {
    equal(derive({}, { nginxVersion: '1.25.0' }).HERMES_LISTEN_TLS, 'ssl http2');
    equal(derive({}, { nginxVersion: '1.25.1' }).HERMES_LISTEN_TLS, 'ssl');
  });

  it('offer the post-quantum group only to an OpenSSL that knows it', () => {
    equal(derive({}, { opensslVersion: '3.0.19' }).HERMES_TLS_GROUPS, 'X25519:prime256v1:secp384r1');
    equal(
      derive({}, { opensslVersion: '3.5.0' }).HERMES_TLS_GROUPS,
      'X25519MLKEM768:X25519:prime256v1:secp384r1',
    );
  });

  it('say nothing of TLS where it is off', () => {
    deepEqual(
      Object.keys(derive({ TLS: 'off' })).filter((name) => /TLS|PEM|HTTPS|HSTS|ACME/.test(name)),
      [],
    );
  });
});
