import assert from 'node:assert/strict';
import { acmeFault } from '../../src/acme/fault.js';

/** As certbot 5.8 prints it. */
const challengeFailed = `Saving debug log to /x/letsencrypt.log
Requesting a certificate for ws.example.com

Certbot failed to authenticate some domains (authenticator: webroot). The Certificate Authority reported these problems:
  Domain: ws.example.com
  Type:   connection
  Detail: 203.0.113.7: Fetching http://ws.example.com/.well-known/acme-challenge/x: Connection refused

Hint: The Certificate Authority failed to download the temporary challenge files created by Certbot.

Some challenges have failed.
Ask for help or search for solutions at https://community.letsencrypt.org.`;

describe('a fault of certbot', () => {
  it('names what the CA said of a challenge, and counts as a failed validation', () => {
    const { error, transient, validation, ordering } = acmeFault(challengeFailed, '');
    assert.equal(error.code, 'challenge-unreachable');
    assert.match(error.message, /\(ws\.example\.com: 203\.0\.113\.7: Fetching .+: Connection refused\)$/);
    assert.deepEqual(
      { transient, validation, ordering },
      { transient: false, validation: true, ordering: true },
    );
  });

  it('is told by the last problem of the log: what certbot got over comes before', () => {
    const log =
      '"type": "urn:ietf:params:acme:error:badNonce"\n"type": "urn:ietf:params:acme:error:rateLimited"';
    assert.equal(acmeFault('An unexpected error occurred:\ntoo many', log).error.code, 'ca-rate-limited');
  });

  it('of a CA that is too busy says when to come again', () => {
    const log = 'HTTP 429\nRetry-After: 7200\n{"type": "urn:ietf:params:acme:error:rateLimited"}';
    assert.equal(acmeFault('too many', log).retryAfter, 7_200);
  });

  it('that passes by itself is worth another try', () => {
    const log = 'acme.messages.Error: urn:ietf:params:acme:error:badNonce :: The client sent …';
    assert.equal(acmeFault('refused', log).transient, true);
    const gone = 'requests.exceptions.ConnectionError: Connection aborted';
    assert.deepEqual(acmeFault(gone, '').error.code, 'ca-unreachable');
    assert.equal(acmeFault('strange', '"POST /acme/order HTTP/1.1" 502 170').transient, true);
  });

  it('is no refused nonce where certbot got over that', () => {
    const log = 'Retrying request after error:\nurn:ietf:params:acme:error:badNonce :: The client sent …';
    assert.equal(acmeFault('the DNS server does not answer', log).error.code, 'certbot-failed');
  });

  it('that is not known keeps certbot’s own words, in one line', () => {
    const output =
      'Saving debug log to /x\nAn unexpected error occurred:\nsomething odd\nAsk for help or search';
    const { error } = acmeFault(output, '');
    assert.equal(error.code, 'certbot-failed');
    assert.equal(error.message, 'certbot failed: something odd');
  });
});
