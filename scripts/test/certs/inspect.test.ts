import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureLocal } from '../../src/certs/ensure-local.js';
import { importFiles } from '../../src/certs/import-files.js';
import { inspectCertificates } from '../../src/certs/inspect.js';
import { livePath } from '../../src/certs/layout.js';
import { append, make, makeChain, openssl } from './helpers/openssl.js';
import { newProject, removeProjects } from './helpers/project.js';

const now = new Date('2026-11-23T12:00:00Z');
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);

describe('inspection of certificates', () => {
  let folder: string;
  const domains = ['example.test', 'ws.example.test'];
  const file = (which: 'tls' | 'fullchain' | 'privkey' | 'chain') => livePath(folder, 'example.test', which);
  const codes = (at = now, names = domains) =>
    inspectCertificates(folder, { domains: names, now: at }).map(({ name, faults }) => [
      name,
      faults.map(({ code }) => code),
    ]);

  beforeEach(async () => {
    folder = newProject();
    await ensureLocal({ folder, domains, days: 90, now });
  });
  after(removeProjects);

  it('is empty for a project without any', () => {
    assert.deepEqual(inspectCertificates(newProject()), []);
  });

  it('tells what openssl tells', () => {
    const [live, ca] = inspectCertificates(folder, { domains, now });
    assert(live?.info && ca?.info);
    assert.equal(live.path, file('fullchain'));
    const said = openssl('x509', '-in', live.path, '-noout', '-serial', '-fingerprint', '-sha256');
    assert(said.includes(live.info.serial) && said.includes(live.info.fingerprint), said);
    assert.deepEqual(live.info.names, ['example.test', 'ws.example.test', 'localhost', '127.0.0.1', '::1']);
    assert.equal(live.info.issuer, ca.info.subject);
    assert.deepEqual([live.daysLeft, live.info.keyType, live.kind], [89, 'ECDSA P-256', 'live']);
    assert.equal(live.renewAt?.toISOString().slice(0, 10), '2027-01-22');
    assert.deepEqual([ca.daysLeft, ca.renewAt, ca.kind], [3653, undefined, 'ca']);
    assert.deepEqual(codes(), [
      ['example.test', []],
      ['ca', []],
    ]);
  });

  it('lists every set, also of an authority whose root is not known', async () => {
    const { leaf, intermediate } = makeChain(folder);
    append(leaf.cert, intermediate.cert);
    await importFiles({ folder, domains: ['example.com'], certFile: leaf.cert, keyFile: leaf.key });
    const found = inspectCertificates(folder, { domains });
    assert.deepEqual(
      found.map(({ name }) => name),
      ['example.com', 'example.test', 'ca'],
    );
    assert.deepEqual(found[0]?.faults, []);
  });

  it('says how many days ago one expired', () => {
    const [live] = inspectCertificates(folder, { domains, now: later(100) });
    assert.equal(live?.daysLeft, -11);
    assert.deepEqual(codes(later(100)), [
      ['example.test', ['cert-expired']],
      ['ca', []],
    ]);
  });

  const faults: [string, string, () => void][] = [
    ['a file is gone', 'cert-missing', () => rmSync(file('tls'))],
    ['a file is damaged', 'cert-unreadable', () => writeFileSync(file('tls'), 'junk')],
    ['a file was edited', 'set-inconsistent', () => copyFileSync(make(folder, 'x').cert, file('fullchain'))],
    ['the key is open to others', 'key-exposed', () => chmodSync(file('privkey'), 0o644)],
    ['tls.pem is open to others', 'key-exposed', () => chmodSync(file('tls'), 0o644)],
  ];
  for (const [what, code, damage] of faults) {
    it(`finds that ${what}`, () => {
      damage();
      const [live] = inspectCertificates(folder, { domains, now });
      const fault = live?.faults.find((one) => one.code === code);
      assert(fault, JSON.stringify(live?.faults));
      assert(fault.cause && fault.fix);
    });
  }

  it('finds that a domain was added', () => {
    assert.deepEqual(codes(now, [...domains, 'more.test']), [
      ['example.test', ['names-missing']],
      ['ca', []],
    ]);
  });

  it('finds a link that leads nowhere', () => {
    rmSync(join(folder, 'certs/sets'), { recursive: true });
    const [live] = inspectCertificates(folder, { domains, now });
    assert.equal(live?.info, undefined);
    assert(live?.faults.some(({ code }) => code === 'cert-missing'));
  });

  it('finds half a CA, and one whose key is open to others', () => {
    chmodSync(join(folder, 'certs/ca/ca.key'), 0o640);
    assert.deepEqual(codes()[1], ['ca', ['key-exposed']]);
    rmSync(join(folder, 'certs/ca/ca.pem'));
    assert.deepEqual(codes()[1]?.[1]?.includes('ca-incomplete'), true);
  });
});
