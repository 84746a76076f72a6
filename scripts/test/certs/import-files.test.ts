import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readLive } from '../../src/certs/certificate-set.js';
import { importFiles } from '../../src/certs/import-files.js';
import { livePath } from '../../src/certs/layout.js';
import { append, type Files, make, makeChain } from './helpers/openssl.js';
import { modeOf, newProject, removeProjects } from './helpers/project.js';

const domains = ['example.com'];

describe('import of own files', () => {
  let folder: string;
  let own: string;
  let files: Files;
  let root: Files;
  const take = ({ cert, key }: Files, more: object = {}) =>
    importFiles({ folder, domains, certFile: cert, keyFile: key, ...more });
  const serial = () => readLive(folder, 'example.com')?.pair.leaf.serial;

  beforeEach(() => {
    folder = newProject();
    own = newProject();
    const made = makeChain(own);
    append(made.leaf.cert, made.intermediate.cert);
    files = made.leaf;
    root = made.root;
  });
  after(removeProjects);

  it('puts them in use', async () => {
    const { action, file, pair } = await take(files);
    assert.equal(action, 'installed');
    assert.equal(readFileSync(file, 'utf8'), pair.cert + pair.key);
    assert.equal(
      readFileSync(livePath(folder, 'example.com', 'fullchain'), 'utf8'),
      readFileSync(files.cert, 'utf8'),
    );
  });

  it('changes nothing when they are in use already, but for who may read them', async () => {
    await take(files);
    const again = await take(files, { gid: process.getgid?.() });
    assert.equal(again.action, 'kept');
    assert.equal(modeOf(again.file), '640');
  });

  it('takes them when they were replaced', async () => {
    await take(files);
    const newer = make(own, 'newer', { names: 'DNS:example.com' });
    assert.equal((await take(newer)).action, 'installed');
  });

  it('can demand that the chain reaches a root', async () => {
    await take(files, { caFile: root.cert });
    const issuers = readFileSync(livePath(folder, 'example.com', 'chain'), 'utf8');
    assert(issuers.endsWith(readFileSync(root.cert, 'utf8')));
    const other = make(own, 'other', { ca: true });
    await assert.rejects(take(files, { caFile: other.cert }), { code: 'chain-incomplete' });
  });

  describe('refuses, and leaves what was in use,', () => {
    const cases: [string, string, () => Promise<unknown>][] = [
      ['a key of another certificate', 'key-mismatch', () => take({ ...files, key: root.key })],
      [
        'an expired certificate',
        'cert-expired',
        () => take(files, { now: new Date(Date.now() + 31 * 86_400_000) }),
      ],
      ['a leaf without its intermediate', 'chain-incomplete', () => take(makeChain(newProject()).leaf)],
      [
        'a certificate for another name',
        'names-missing',
        () => take(make(own, 'x', { names: 'DNS:other.test' })),
      ],
      ['a file that is absent', 'cert-missing', () => take({ ...files, cert: `${files.cert}.gone` })],
    ];
    for (const [what, code, act] of cases) {
      it(what, async () => {
        await take(files);
        const before = serial();
        await assert.rejects(act(), { code });
        assert.equal(serial(), before);
      });
    }

    it('the same files, once a domain is added that they are not for', async () => {
      await take(files);
      await assert.rejects(take(files, { domains: ['example.com', 'more.test'] }), { code: 'names-missing' });
    });
  });
});
