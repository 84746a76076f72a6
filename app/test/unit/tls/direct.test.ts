import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseTransport } from '../../../src/tls/direct.js';
import { startLines } from '../../../src/tls/start-lines.js';
import { inDays, type PairFiles, writePair } from '../../helpers/certificates.js';
import { newFolder } from '../../helpers/service.js';

const guideWss = (keyFile: string, certFile: string) => [
  '🔒 SSL certificates detected - Starting with WSS (WebSocket Secure) support',
  `   - SSL Key: ${keyFile}`,
  `   - SSL Cert: ${certFile}`,
];
const guideWs = [
  '📡 Starting with WS (unsecured WebSocket) support',
  '   To enable WSS, set SSL_KEYFILE and SSL_CERTFILE environment variables',
];

const choose = (keyFile: string | undefined, certFile: string | undefined, required: boolean) =>
  chooseTransport({ keyFile, certFile, required, policy: 'intermediate' });

describe('the transport', () => {
  const folder = newFolder();
  const missing = join(folder, 'nothing.pem');
  const weak = { keyFile: join(folder, 'weak.key'), certFile: join(folder, 'weak.crt') };
  let good: PairFiles;
  let other: PairFiles;
  let expired: PairFiles;
  let early: PairFiles;
  before(async () => {
    good = await writePair(folder, 'good');
    other = await writePair(folder, 'other', { kind: 'rsa' });
    expired = await writePair(folder, 'expired', { notBefore: inDays(-30), notAfter: inDays(-1) });
    early = await writePair(folder, 'early', { notBefore: inDays(1) });
    const args = ['req', '-x509', '-newkey', 'rsa:512', '-noenc', '-subj', '/CN=localhost', '-sha1'];
    execFileSync('openssl', [...args, '-keyout', weak.keyFile, '-out', weak.certFile], { stdio: 'ignore' });
  });

  it('is WSS with a good pair, and says so in the guide’s words', () => {
    const transport = choose(good.keyFile, good.certFile, false);
    assert.equal(transport.kind, 'wss');
    assert.deepEqual(startLines(transport), guideWss(good.keyFile, good.certFile));
  });

  it('is WSS with certificate and key in one file', async () => {
    const both = join(folder, 'both.pem');
    const key = readFileSync(good.keyFile, 'utf8');
    writeFileSync(both, `${good.cert}\n${key}`);
    assert.equal(choose(both, both, true).kind, 'wss');
  });

  it('is WS when nothing is set, and says so in the guide’s words', () => {
    assert.deepEqual(startLines(choose(undefined, undefined, false)), guideWs);
  });

  const faults: Readonly<Record<string, () => [string | undefined, string | undefined, RegExp]>> = {
    'only the key is set': () => [good.keyFile, undefined, /SSL_CERTFILE is not/],
    'only the certificate is set': () => [undefined, good.certFile, /SSL_KEYFILE is not/],
    'the key file is missing': () => [
      missing,
      good.certFile,
      /private key file .*nothing\.pem does not exist/,
    ],
    'the certificate file is missing': () => [
      good.keyFile,
      missing,
      /certificate file .*nothing\.pem does not exist/,
    ],
    'the key is of another certificate': () => [
      other.keyFile,
      good.certFile,
      /other\.key does not belong to .*good\.crt/,
    ],
    'the files are swapped': () => [good.certFile, good.keyFile, /good\.key/],
    'the certificate has expired': () => [expired.keyFile, expired.certFile, /expired/],
    'the certificate is not valid yet': () => [early.keyFile, early.certFile, /not valid before/],
    'a file is a folder': () => [folder, good.certFile, /cannot be read/],
    'the key is too weak for OpenSSL': () => [
      weak.keyFile,
      weak.certFile,
      /OpenSSL refuses .*weak\.crt.*too small/,
    ],
  };
  for (const [what, arrange] of Object.entries(faults)) {
    it(`is WS when ${what}, with one more line that names the cause`, () => {
      const [keyFile, certFile, cause] = arrange();
      const transport = choose(keyFile, certFile, false);
      assert.equal(transport.kind, 'ws');
      const [first, second, warning, ...rest] = startLines(transport);
      assert.deepEqual([first, second], guideWs);
      assert.match(warning ?? '', cause);
      assert.ok(!warning?.includes('\n') && !warning?.includes('PRIVATE KEY-----\n'));
      assert.deepEqual(rest, []);
    });

    it(`is none with SSL_REQUIRED when ${what}`, () => {
      const [keyFile, certFile, cause] = arrange();
      assert.throws(
        () => choose(keyFile, certFile, true),
        (error: Error & { code: string; toText(): string }) => {
          assert.equal(error.code, 'tls-required');
          assert.match(error.message, cause);
          assert.ok(error.toText().split('\n').length <= 2);
          return true;
        },
      );
    });
  }

  it('is none with SSL_REQUIRED when nothing is set', () => {
    assert.throws(() => choose(undefined, undefined, true), { code: 'tls-required' });
  });
});
