import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { HermesError } from '../../../src/errors.js';
import { readPair } from '../../../src/tls/pair.js';

describe('readPair', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hermes-pair-'));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const selfSign = (name: string, ...args: string[]) => {
    const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.crt`)];
    openssl('req', '-x509', '-noenc', '-subj', '/CN=localhost/O=Test', '-days', '10', ...files, ...args);
  };
  const write = (name: string, text: string) => {
    writeFileSync(at(name), text);
    return at(name);
  };
  const text = (name: string) => readFileSync(at(name), 'utf8');
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

  before(() => {
    const names = 'subjectAltName=DNS:localhost,DNS:*.example.com,IP:127.0.0.1,IP:::1,email:a@b.example';
    selfSign('ec', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-addext', names);
    selfSign('rsa', '-newkey', 'rsa:2048');
  });
  after(() => rmSync(folder, { recursive: true }));

  const refuses = (certFile: string, keyFile: string, code: string, names: RegExp, now?: Date) =>
    assert.throws(
      () => readPair(certFile, keyFile, now),
      (error) => {
        assert(error instanceof HermesError);
        assert.equal(error.code, code);
        assert.match(error.toText(), names);
        return true;
      },
    );

  it('gives key, chain and what a person wants to know', () => {
    const pair = readPair(at('ec.crt'), at('ec.key'));
    createSecureContext(pair);
    assert.deepEqual(pair.leaf.names, ['localhost', '*.example.com', '127.0.0.1', '::1']);
    assert.equal(pair.leaf.subject, 'CN=localhost, O=Test');
    assert.equal(pair.leaf.keyType, 'ECDSA P-256');
    const said = openssl(
      'x509',
      '-in',
      at('ec.crt'),
      '-noout',
      '-serial',
      '-fingerprint',
      '-sha256',
    ).toString();
    assert(said.includes(`serial=${pair.leaf.serial}\n`), said);
    assert(said.includes(`=${pair.leaf.fingerprint}\n`), said);
  });

  it('names an RSA key by its size', () => {
    assert.equal(readPair(at('rsa.crt'), at('rsa.key')).leaf.keyType, 'RSA 2048');
  });

  it('takes both halves from one file, in any order', () => {
    const { cert, key } = readPair(at('ec.crt'), at('ec.key'));
    for (const whole of [cert + key, key + cert]) {
      const file = write('tls.pem', whole);
      const pair = readPair(file, file);
      assert.deepEqual([pair.cert, pair.key], [cert, key]);
    }
  });

  it('takes a key in the older EC form, with its parameters before it', () => {
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-out', at('old.key'));
    openssl('req', '-x509', '-key', at('old.key'), '-subj', '/CN=old', '-out', at('old.crt'));
    assert.match(text('old.key'), /BEGIN EC PARAMETERS[\s\S]+BEGIN EC PRIVATE KEY/);
    createSecureContext(readPair(at('old.crt'), at('old.key')));
  });

  it('takes files with the line ends of Windows', () => {
    const crlf = (name: string) => write(`crlf-${name}`, text(name).replaceAll('\n', '\r\n'));
    createSecureContext(readPair(crlf('ec.crt'), crlf('ec.key')));
  });

  it('refuses a file that is absent', () => {
    refuses(at('none.crt'), at('ec.key'), 'cert-missing', /none\.crt/);
    refuses(at('ec.crt'), at('none.key'), 'key-missing', /none\.key/);
  });

  it('refuses a file that cannot be read', () => {
    refuses(folder, at('ec.key'), 'cert-unreadable', /EISDIR/);
    refuses(at('ec.crt'), folder, 'key-unreadable', /EISDIR/);
  });

  it('refuses what is not PEM, and sees when the files were swapped', () => {
    refuses(write('junk', 'junk'), at('ec.key'), 'cert-unreadable', /BEGIN CERTIFICATE/);
    refuses(at('ec.crt'), at('junk'), 'key-unreadable', /BEGIN PRIVATE KEY/);
    refuses(at('ec.key'), at('ec.crt'), 'cert-unreadable', /swapped/);
    refuses(at('rsa.crt'), at('ec.crt'), 'key-unreadable', /swapped/);
  });

  it('refuses a damaged certificate and a damaged key, and keeps the key out of the message', () => {
    const damaged = (name: string) => write(`damaged-${name}`, text(name).replace(/\n.{64}\n/, '\nAAAA\n'));
    refuses(damaged('ec.crt'), at('ec.key'), 'cert-unreadable', /damaged/);
    const keyFile = damaged('ec.key');
    refuses(at('ec.crt'), keyFile, 'key-unreadable', /^((?!AAAA).)*$/s);
  });

  it('refuses a key behind a passphrase and says how to remove it', () => {
    openssl('pkey', '-in', at('ec.key'), '-aes256', '-passout', 'pass:secret', '-out', at('enc.key'));
    refuses(at('ec.crt'), at('enc.key'), 'key-unreadable', /passphrase[\s\S]+openssl pkey/);
  });

  it('refuses the key of another certificate', () => {
    refuses(at('ec.crt'), at('rsa.key'), 'key-mismatch', /rsa\.key.+ec\.crt/);
  });

  it('refuses a chain that does not begin with the server’s certificate, and says the order', () => {
    write('wrong-order.crt', text('rsa.crt'));
    appendFileSync(at('wrong-order.crt'), text('ec.crt'));
    refuses(at('wrong-order.crt'), at('ec.key'), 'key-mismatch', /server first/);
  });

  it('refuses a certificate before and after its time, unless dates are not asked for', () => {
    refuses(at('ec.crt'), at('ec.key'), 'cert-expired', /ec\.crt expired at/, inDays(11));
    refuses(at('ec.crt'), at('ec.key'), 'cert-not-yet-valid', /clock/, inDays(-1));
    assert.equal(readPair(at('ec.crt'), at('ec.key'), inDays(9)).chain.length, 1);
    assert.equal(readPair(at('ec.crt'), at('ec.key'), 'any time').chain.length, 1);
  });
});
