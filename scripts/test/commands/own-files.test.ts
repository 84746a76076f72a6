import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { inDays, writePair } from '../../../app/test/helpers/certificates.js';
import { type Files, make } from '../certs/helpers/openssl.js';
import { build } from './helpers/build.js';
import { assertNothingStarted } from './helpers/fault.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

describe('hermes up with TLS=files refuses', function () {
  this.timeout(120_000);
  let one: Scratch;
  let good: Files;

  before(async () => {
    await build();
    one = await scratch();
    good = make(one.root, 'good', { names: 'DNS:own.test' });
  });
  after(removeScratches);

  const refused = async (cert: string, key: string, ...says: RegExp[]) => {
    const files = [cert && `SSL_CERTFILE=${cert}`, key && `SSL_KEYFILE=${key}`].filter(Boolean);
    const run = await one.hermes('up', 'TLS=files', 'DOMAIN=own.test', ...files);
    assertNothingStarted(one, run, ...says);
    assert(!existsSync(one.at('certs/live/own.test')));
  };

  it('to do without them', () =>
    refused('', '', /TLS=files needs SSL_CERTFILE and SSL_KEYFILE/, /→ set both/));

  it('a certificate that is not there', () =>
    refused('none.pem', good.key, /certificate file .*none\.pem does not exist/, /→ correct the path/));

  it('a key that is not there', () =>
    refused(good.cert, 'none.key', /private key file .*none\.key does not exist/, /→ correct the path/));

  it('the two swapped', () => refused(good.key, good.cert, /holds no certificate/, /swapped/));

  it('a key that belongs to another certificate', () => {
    const other = make(one.root, 'other', { names: 'DNS:own.test' });
    return refused(good.cert, other.key, /other\.key does not belong to .*good\.pem/, /→ give the key/);
  });

  it('a certificate for other names', () => {
    const foreign = make(one.root, 'foreign', { names: 'DNS:foreign.test' });
    return refused(foreign.cert, foreign.key, /not for own\.test, but for foreign\.test/, /DOMAIN/);
  });

  it('a certificate that has expired', async () => {
    const old = await writePair(one.root, 'old', { notBefore: inDays(-9), notAfter: inDays(-2) });
    await refused(old.certFile, old.keyFile, /old\.crt expired at /, /→ renew it/);
  });

  it('a certificate whose issuer is not in the file', () => {
    const issuer = make(one.root, 'company', { ca: true });
    const alone = make(one.root, 'alone', { issuer, names: 'DNS:own.test' });
    return refused(alone.cert, alone.key, /lacks the certificate of .*company/, /→ append the intermediate/);
  });

  it('nothing, but says so, when they are given without TLS=files', async () => {
    const { code, stderr } = await one.hermes('up', `SSL_CERTFILE=${good.cert}`, `SSL_KEYFILE=${good.key}`);
    assert.equal(code, 0);
    assert.equal(
      stderr,
      'SSL_CERTFILE and SSL_KEYFILE are not used with TLS=selfsigned, only with TLS=files',
    );
  });
});
