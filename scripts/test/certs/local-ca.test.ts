import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import { ensureCa, readCa } from '../../src/certs/local-ca.js';
import { make, openssl } from './helpers/openssl.js';
import { modeOf, newProject, removeProjects } from './helpers/project.js';

const now = new Date('2026-11-23T12:00:00Z');
const caFolder = (project: string) => join(project, 'certs/ca');
const certOf = (project: string) => join(caFolder(project), 'ca.pem');
const keyOf = (project: string) => join(caFolder(project), 'ca.key');

describe('local CA', () => {
  after(removeProjects);

  it('is made once and then left alone', async () => {
    const folder = newProject();
    assert.equal(readCa(folder), undefined);
    const first = await ensureCa({ folder });
    const [pem, key] = [readFileSync(certOf(folder), 'utf8'), readFileSync(keyOf(folder), 'utf8')];
    const second = await ensureCa({ folder });
    assert.deepEqual([first.created, second.created], [true, false]);
    assert.deepEqual([readFileSync(certOf(folder), 'utf8'), readFileSync(keyOf(folder), 'utf8')], [pem, key]);
  });

  it('is made once when several ask at once', async () => {
    const folder = newProject();
    const made = await Promise.all(Array.from({ length: 8 }, () => ensureCa({ folder })));
    assert.equal(made.filter(({ created }) => created).length, 1);
    assert.equal(new Set(made.map(({ certificate }) => certificate.fingerprint256)).size, 1);
    assert.deepEqual(readdirSync(join(folder, 'certs')), ['ca']);
  });

  it('is a CA for leaves only, ECDSA P-256, for ten years, in the eyes of openssl', async () => {
    const folder = newProject();
    await ensureCa({ folder, now });
    const text = openssl('x509', '-in', certOf(folder), '-noout', '-text');
    assert.match(text, /Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
    assert.match(text, /Key Usage: critical\s+Certificate Sign, CRL Sign/);
    assert.match(text, /NIST CURVE: P-256/);
    assert.match(text, /Not Before: Nov 23 12:00:00 2026 GMT\s+Not After : Nov 23 12:00:00 2036 GMT/);
    assert.match(text, /Subject Key Identifier:/);
    assert.match(openssl('verify', '-CAfile', certOf(folder), certOf(folder)), /: OK/);
  });

  it('is named after this product, the host and the date', async () => {
    const folder = newProject();
    const host = 'a-rather-long-host-name.of.some.department.example.com';
    await ensureCa({ folder, now, host });
    const subject = openssl('x509', '-in', certOf(folder), '-noout', '-subject', '-nameopt', 'multiline');
    const name = /commonName\s+= (.+)/.exec(subject)?.[1] ?? '';
    assert.match(name, /^Monitor Hermes local CA \(a-rather-long-host-name.+ 2026-11-23\)$/);
    assert(name.length <= 64);
  });

  it('keeps its key to the owner, and lets everybody read its certificate, whatever the umask', async () => {
    const folder = newProject();
    const umask = process.umask(0o077);
    try {
      await ensureCa({ folder });
    } finally {
      process.umask(umask);
    }
    assert.equal(modeOf(keyOf(folder)), '600');
    assert.equal(modeOf(certOf(folder)), '644');
    assert.equal(modeOf(caFolder(folder)), '755');
  });

  describe('is never replaced in silence', () => {
    const cases: [string, string, RegExp, (folder: string) => void][] = [
      ['its key is gone', 'ca-incomplete', /ca\.key/, (folder) => rmSync(keyOf(folder))],
      ['its certificate is gone', 'ca-incomplete', /ca\.pem/, (folder) => rmSync(certOf(folder))],
      [
        'its key belongs to another',
        'ca-unusable',
        /does not belong/,
        (folder) => copyFileSync(make(folder, 'other').key, keyOf(folder)),
      ],
      [
        'it is no CA',
        'ca-unusable',
        /not the certificate of a CA/,
        (folder) => {
          const { cert, key } = make(folder, 'leaf');
          copyFileSync(cert, certOf(folder));
          copyFileSync(key, keyOf(folder));
        },
      ],
      [
        'its key is of another type',
        'ca-unusable',
        /RSA 2048/,
        (folder) => {
          const { cert, key } = make(folder, 'rsa', { ca: true, key: ['rsa:2048'] });
          copyFileSync(cert, certOf(folder));
          copyFileSync(key, keyOf(folder));
        },
      ],
    ];
    for (const [what, code, cause, damage] of cases) {
      it(`when ${what}`, async () => {
        const folder = newProject();
        await ensureCa({ folder });
        damage(folder);
        await assert.rejects(ensureCa({ folder }), (error) => {
          assert(error instanceof HermesError);
          assert.equal(error.code, code);
          assert.match(error.message, cause);
          assert.match(error.hint, /restore it from a backup, or delete/);
          return true;
        });
      });
    }

    it('when it has expired', async () => {
      const folder = newProject();
      await ensureCa({ folder, now });
      const later = new Date('2036-11-24T00:00:00Z');
      await assert.rejects(ensureCa({ folder, now: later }), { code: 'ca-unusable', message: /expired at/ });
    });

    it('when something else is in its place', async () => {
      const folder = newProject();
      mkdirSync(join(caFolder(folder), 'notes'), { recursive: true });
      chmodSync(caFolder(folder), 0o755);
      await assert.rejects(ensureCa({ folder }), { code: 'ca-unusable', message: /in the way/ });
      assert.deepEqual(readdirSync(join(folder, 'certs')), ['ca']);
    });
  });
});
