import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { profileLifetime } from '../../../app/src/settings/acme-profiles.js';
import { legoFault } from '../../src/acme/traefik/fault.js';
import { traefikAcmePaths } from '../../src/acme/traefik/layout.js';
import { TraefikLog } from '../../src/acme/traefik/log.js';
import { readStored, readyStore } from '../../src/acme/traefik/store.js';
import { traefikIsLateFrom, traefikRenewsFrom } from '../../src/acme/traefik/timetable.js';

const day = 86_400_000;
const notBefore = new Date('2026-11-02T00:00:00Z');
const notAfter = new Date('2027-01-31T00:00:00Z');

describe('when Traefik renews', () => {
  for (const [profile, days] of [
    ['', 30],
    ['classic', 30],
    ['tlsserver', 10],
    ['shortlived', 2],
  ] as const) {
    it(`is ${days} days before the end with ACME_PROFILE=${profile}`, () => {
      const from = traefikRenewsFrom({ notBefore, notAfter }, profileLifetime(profile) * 3_600_000);
      assert.equal((notAfter.getTime() - from.getTime()) / day, days);
    });
  }

  it('is late after three looks', () => {
    assert.equal(
      traefikIsLateFrom({ notBefore, notAfter }, 90 * day).toISOString(),
      '2027-01-04T00:00:00.000Z',
    );
  });
});

describe('a life shorter than Traefik was told', () => {
  it('is renewed at its looks from the beginning, and not late at once', () => {
    const brief = { notBefore, notAfter: new Date(notBefore.getTime() + 6 * day) };
    assert.deepEqual(traefikRenewsFrom(brief, 90 * day), notBefore);
    assert.equal(traefikIsLateFrom(brief, 90 * day).toISOString(), '2026-11-05T00:00:00.000Z');
  });
});

describe('what Traefik says of an order', () => {
  const by = { ACME_CHALLENGE: 'http-01' } as const;
  for (const [said, code, message] of [
    [
      'unable to generate a certificate for the domains [a.example]: error: one or more domains had a problem:\n[a.example] invalid authorization: acme: error: 400 :: urn:ietf:params:acme:error:connection :: 192.0.2.1: Timeout, url: \n',
      'challenge-unreachable',
      /\(a\.example: 192\.0\.2\.1: Timeout\)$/,
    ],
    [
      'acme: error: 429 :: POST :: https://ca.example/new-order :: urn:ietf:params:acme:error:rateLimited :: too many',
      'ca-rate-limited',
      /\(too many\)$/,
    ],
    [
      'cannot get ACME client get directory at \'https://ca.example/dir\': Get "https://ca.example/dir": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'ca-untrusted',
      /x509/,
    ],
    [
      'cannot get ACME client get directory at \'x\': Get "x": dial tcp 192.0.2.1:443: connect: connection refused',
      'ca-unreachable',
      /connection refused/,
    ],
    [
      'cannot get ACME client rfc2136: some credentials information are missing: RFC2136_NAMESERVER',
      'dns-credentials',
      /RFC2136_NAMESERVER/,
    ],
    ['cannot get ACME client unrecognized DNS provider: nowhere', 'dns-provider-unknown', /nowhere/],
    ['[a.example] acme: error presenting token: x: failed', 'dns-update-refused', /failed/],
    ['something else', 'traefik-acme-failed', /something else/],
  ] as const) {
    it(`is told as ${code}`, () => {
      const { error } = legoFault(said, by);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n/);
    });
  }
});

describe('Traefik’s storage and log', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hermes traefik '));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const stored = (names: readonly string[]) => ({
    domain: { main: names[0], sans: names.slice(1) },
    certificate: Buffer.from(`certificate of ${names}`).toString('base64'),
    key: Buffer.from('key').toString('base64'),
    Store: 'default',
  });

  it('keeps what is for exactly our names, and the account, when it is readied for a start', async () => {
    const paths = traefikAcmePaths(folder, 'ca');
    await readyStore(paths, ['a.example']);
    assert.equal(await readStored(paths, ['a.example']), undefined);
    const account = { Email: '', Registration: { uri: 'https://ca.example/1' }, PrivateKey: 'AA==' };
    const Certificates = [['a.example'], ['b.example', 'a.example'], ['b.example']].map(stored);
    writeFileSync(paths.store, JSON.stringify({ hermes: { Account: account, Certificates } }));
    await readyStore(paths, ['a.example', 'b.example']);
    const found = await readStored(paths, ['a.example', 'b.example']);
    assert.deepEqual(found, { cert: 'certificate of b.example,a.example', key: 'key' });
    assert.equal(await readStored(paths, ['b.example']), undefined);
  });

  it('tells complaints about certificates alone, each once and whole', async () => {
    const path = join(folder, 'traefik.log');
    const line = (providerName: string, error: string) =>
      `${JSON.stringify({ level: 'error', providerName, error, message: 'Error renewing ACME certificate' })}\n`;
    writeFileSync(path, line('hermes.acme', 'before'));
    const log = await TraefikLog.from(path);
    const whole = line('hermes.acme', 'first');
    appendFileSync(path, `no JSON\n${line('file', 'of another')}${whole.slice(0, 20)}`);
    assert.deepEqual(await log.complaints(), []);
    appendFileSync(path, whole.slice(20));
    assert.deepEqual(
      (await log.complaints()).map(({ error }) => error),
      ['first'],
    );
    assert.deepEqual(await log.complaints(), []);
    writeFileSync(path, whole);
    assert.equal((await log.complaints()).length, 1, 'after a rotation');
  });
});
