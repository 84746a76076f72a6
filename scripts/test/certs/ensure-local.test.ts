import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readLive } from '../../src/certs/certificate-set.js';
import { ensureLocal, type LocalResult } from '../../src/certs/ensure-local.js';
import { importFiles } from '../../src/certs/import-files.js';
import { livePath } from '../../src/certs/layout.js';
import { make, openssl } from './helpers/openssl.js';
import { newProject, removeProjects } from './helpers/project.js';
import { serve } from './helpers/server.js';

const domains = ['example.test', '*.example.test', '192.0.2.7'];
const days = 90;
const inDays = (count: number) => new Date(Date.now() + count * 86_400_000);

describe('local certificate', () => {
  let folder: string;
  let first: LocalResult;
  const file = (name: 'fullchain' | 'privkey' | 'chain' | 'tls') => livePath(folder, 'example.test', name);
  const again = (more: object = {}) => ensureLocal({ folder, domains, days, ...more });

  beforeEach(async () => {
    folder = newProject();
    first = await again();
  });
  after(removeProjects);

  it('verifies for every domain, localhost and the loopback addresses, in the eyes of openssl', () => {
    const hosts = ['example.test', 'ws.example.test', 'localhost'].map((name) => ['-verify_hostname', name]);
    const addresses = ['192.0.2.7', '127.0.0.1', '::1'].map((address) => ['-verify_ip', address]);
    for (const name of [...hosts, ...addresses]) {
      const verdict = openssl(
        'verify',
        '-x509_strict',
        '-purpose',
        'sslserver',
        '-CAfile',
        first.ca.file,
        ...name,
        file('fullchain'),
      );
      assert.match(verdict, /: OK/);
    }
    assert.throws(() =>
      openssl('verify', '-CAfile', first.ca.file, '-verify_hostname', 'other.test', file('fullchain')),
    );
  });

  it('verifies for the same names in the eyes of Python', async () => {
    const server = await serve(first.pair);
    const judge = fileURLToPath(new URL('helpers/judge.py', import.meta.url));
    const names = ['example.test', 'ws.example.test', 'localhost', '192.0.2.7', '127.0.0.1', '::1'];
    try {
      const run = (...asked: string[]) =>
        promisify(execFile)('python3', [judge, String(server.port), first.ca.file, ...asked]);
      assert.deepEqual((await run(...names)).stdout.trim().split('\n'), names);
      await assert.rejects(run('other.test'), /CERTIFICATE_VERIFY_FAILED/);
    } finally {
      await server.close();
    }
  });

  it('carries every name once, and what a server certificate needs', async () => {
    const twice = ['localhost', 'example.test', 'localhost'];
    const { file: tls } = await ensureLocal({ folder, domains: twice, days });
    const text = openssl('x509', '-in', tls, '-noout', '-text');
    assert.match(
      text,
      /DNS:localhost, DNS:example\.test, IP Address:127\.0\.0\.1, IP Address:0:0:0:0:0:0:0:1\n/,
    );
    assert.match(text, /Basic Constraints: critical\s+CA:FALSE/);
    assert.match(text, /Key Usage: critical\s+Digital Signature\n/);
    assert.match(text, /Extended Key Usage:\s+TLS Web Server Authentication\n/);
    assert.match(text, /NIST CURVE: P-256/);
    const subjectKey = openssl('x509', '-in', first.ca.file, '-noout', '-ext', 'subjectKeyIdentifier')
      .split('\n')[1]
      ?.trim();
    assert.match(text, new RegExp(`Authority Key Identifier:\\s+${subjectKey}`));
  });

  it('is valid from an hour ago, for the days asked for and not a second longer', async () => {
    const now = new Date('2026-11-23T12:00:00.750Z');
    const project = newProject();
    const { pair } = await ensureLocal({ folder: project, domains: ['localhost'], days: 90, now });
    assert.equal(pair.leaf.notBefore.toISOString(), '2026-11-23T11:00:00.000Z');
    assert.equal(pair.leaf.notAfter.toISOString(), '2027-02-21T10:59:59.000Z');
  });

  it('never outlives its CA', async () => {
    const almost = inDays(10 * 365 - 20);
    const { pair, ca } = await again({ now: almost });
    assert.equal(pair.leaf.notAfter.toISOString(), new Date(ca.certificate.validTo).toISOString());
  });

  it('has room for a domain longer than a common name may be', async () => {
    const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.example.test`;
    const project = newProject();
    const { ca, file: tls } = await ensureLocal({ folder: project, domains: [long], days });
    assert.match(openssl('verify', '-CAfile', ca.file, '-verify_hostname', long, tls), /: OK/);
  });

  it('sends the leaf alone, and keeps the CA in chain.pem', () => {
    assert.equal(readFileSync(file('fullchain'), 'utf8').match(/BEGIN CERTIFICATE/g)?.length, 1);
    assert.equal(readFileSync(file('chain'), 'utf8'), readFileSync(first.ca.file, 'utf8'));
    assert.equal(
      readFileSync(file('tls'), 'utf8'),
      readFileSync(file('fullchain'), 'utf8') + readFileSync(file('privkey'), 'utf8'),
    );
  });

  it('is left alone while nothing is due', async () => {
    assert.equal(first.action, 'issued');
    const second = await again();
    assert.equal(second.action, 'kept');
    assert.equal(second.reason, undefined);
    assert.equal(second.pair.leaf.fingerprint, first.pair.leaf.fingerprint);
  });

  it('is issued once when several ask at once', async () => {
    const project = newProject();
    const results = await Promise.all(
      Array.from({ length: 6 }, () => ensureLocal({ folder: project, domains, days })),
    );
    assert.deepEqual(results.map(({ action }) => action).sort(), [
      'issued',
      'kept',
      'kept',
      'kept',
      'kept',
      'kept',
    ]);
  });

  it('keeps its key over a renewal, and gets another serial number', async () => {
    const project = newProject();
    const old = await ensureLocal({ folder: project, domains, days, now: inDays(-61) });
    const renewed = await ensureLocal({ folder: project, domains, days });
    assert.equal(renewed.action, 'renewed');
    assert.match(renewed.reason ?? '', /its life ends at/);
    assert.equal(renewed.pair.key, old.pair.key);
    assert.notEqual(renewed.pair.leaf.serial, old.pair.leaf.serial);
    assert.match(openssl('verify', '-CAfile', renewed.ca.file, renewed.file), /: OK/);
  });

  it('keeps its key even when it had expired', async () => {
    const second = await again({ now: inDays(200) });
    assert.equal(second.action, 'renewed');
    assert.equal(second.pair.key, first.pair.key);
  });

  it('is renewed when it is not valid yet, as one is that was made under a clock ahead of its time', async () => {
    const project = newProject();
    await ensureLocal({ folder: project, domains, days });
    await ensureLocal({ folder: project, domains, days, force: true, now: inDays(10) });
    const renewed = await ensureLocal({ folder: project, domains, days });
    assert.equal(renewed.action, 'renewed');
    assert.match(renewed.reason ?? '', /not valid before/);
    assert(renewed.pair.leaf.notBefore < new Date());
  });

  it('gets a new key when that is asked for', async () => {
    const second = await again({ force: true, newKey: true });
    assert.equal(second.action, 'renewed');
    assert.notEqual(second.pair.key, first.pair.key);
  });

  it('is renewed when a domain is added', async () => {
    const more = await again({ domains: [...domains, 'more.test'] });
    assert.equal(more.action, 'renewed');
    assert.match(more.reason ?? '', /not for more\.test/);
    assert(more.pair.leaf.names.includes('more.test'));
  });

  it('is renewed when another CA took the place of its own', async () => {
    const other = newProject();
    const { ca } = await ensureLocal({ folder: other, domains, days });
    for (const half of ['ca.pem', 'ca.key']) {
      writeFileSync(join(folder, 'certs/ca', half), readFileSync(join(other, 'certs/ca', half)));
    }
    const second = await again();
    assert.equal(second.action, 'renewed');
    assert.match(second.reason ?? '', /did not issue/);
    assert.match(openssl('verify', '-CAfile', ca.file, file('fullchain')), /: OK/);
  });

  it('takes the place of an imported one, and does not take over its key', async () => {
    const names = 'DNS:example.test,DNS:*.example.test,IP:192.0.2.7,DNS:localhost,IP:127.0.0.1,IP:::1';
    const own = make(folder, 'own', { names });
    const imported = await importFiles({ folder, domains, certFile: own.cert, keyFile: own.key });
    const local = await again();
    assert.equal(local.action, 'renewed');
    assert.notEqual(local.pair.key, imported.pair.key);
  });

  it('is renewed when its files are damaged', async () => {
    writeFileSync(file('tls'), 'junk');
    const second = await again();
    assert.equal(second.action, 'renewed');
    assert.match(second.reason ?? '', /tls\.pem holds no certificate/);
    assert.equal(readLive(folder, 'example.test')?.pair.leaf.serial, second.pair.leaf.serial);
  });
});
