import assert from 'node:assert/strict';
import { certbotArguments, type Responder } from '../../src/acme/certbot-arguments.js';
import { certbotPaths } from '../../src/acme/layout.js';

const paths = certbotPaths('/srv/hermes', 'production');
const settings = { DOMAIN: ['example.com', '*.example.com'], ACME_EMAIL: undefined, ACME_PROFILE: undefined };

const argumentsFor = (responder: Responder, more: object = {}) =>
  certbotArguments({ settings: { ...settings, ...more }, paths, responder }).join(' ');

describe('the arguments of certbot', () => {
  it('keep to its own folders, below those of the certificates', () => {
    const words = argumentsFor({ kind: 'standalone', port: 80 });
    assert.match(words, /^certonly --config \/srv\/hermes\/certs\/acme\/production\/cli\.ini /);
    assert.match(words, / --config-dir \/srv\/hermes\/certs\/acme\/production /);
    assert.doesNotMatch(words, /etc\/letsencrypt/);
  });

  it('name the certificate by the first name, without its wildcard, and every name', () => {
    const words = argumentsFor(
      { kind: 'standalone', port: 80 },
      { DOMAIN: ['*.example.com', 'example.org'] },
    );
    assert.match(words, /--cert-name example\.com --domain \*\.example\.com --domain example\.org/);
  });

  it('answer by the proxy’s folder, by a port, or by a plugin of the DNS', () => {
    assert.match(
      argumentsFor({ kind: 'webroot', folder: '/run/acme' }),
      /--webroot --webroot-path \/run\/acme/,
    );
    assert.match(argumentsFor({ kind: 'standalone', port: 8080 }), /--standalone --http-01-port 8080/);
    assert.match(
      argumentsFor({ kind: 'standalone', port: 5080, address: '127.0.0.1' }),
      /--standalone --http-01-port 5080 --http-01-address 127\.0\.0\.1/,
    );
    const dns: Responder = { kind: 'dns', plugin: 'rfc2136', credentials: '/c.ini', propagation: 1_500 };
    assert.match(
      argumentsFor(dns),
      /--authenticator dns-rfc2136 --dns-rfc2136-credentials \/c\.ini --dns-rfc2136-propagation-seconds 2/,
    );
  });

  it('do without an e-mail address, and prefer a profile rather than require it', () => {
    const responder: Responder = { kind: 'standalone', port: 80 };
    assert.match(argumentsFor(responder), /--register-unsafely-without-email/);
    assert.match(argumentsFor(responder, { ACME_EMAIL: 'ops@example.com' }), /--email ops@example\.com/);
    assert.match(argumentsFor(responder, { ACME_PROFILE: 'shortlived' }), /--preferred-profile shortlived/);
  });

  it('renew at once for a new key', () => {
    const responder: Responder = { kind: 'standalone', port: 80 };
    const words = certbotArguments({ settings, paths, responder, newKey: true });
    assert.deepEqual(words.slice(-2), ['--force-renewal', '--new-key']);
    assert.doesNotMatch(argumentsFor(responder), /force|new-key/);
  });
});
