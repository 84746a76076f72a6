import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readPair } from '../../../app/src/tls/pair.js';
import { installSet, readLive, rollback, shareLive } from '../../src/certs/certificate-set.js';
import { certificateName, livePath, type setFiles } from '../../src/certs/layout.js';
import { append, type Files, make, makeChain, openssl } from './helpers/openssl.js';
import { modeOf, newProject, removeProjects } from './helpers/project.js';

const domains = ['example.com'];
const all = ['fullchain', 'privkey', 'chain', 'tls'] as const;

describe('certificate set', () => {
  let folder: string;
  let files: Files;
  const live = (file: keyof typeof setFiles) => livePath(folder, 'example.com', file);
  const sets = () => readdirSync(join(folder, 'certs/sets/example.com')).sort();
  const install = (from: Files, more: object = {}) =>
    installSet({ folder, domains, pair: readPair(from.cert, from.key), origin: from.cert, ...more });
  const fresh = (name: string) => make(folder, name, { names: 'DNS:example.com' });

  beforeEach(() => {
    folder = newProject();
    const { intermediate, leaf, root } = makeChain(folder);
    append(leaf.cert, intermediate.cert, root.cert);
    files = leaf;
  });
  after(removeProjects);

  it('holds the four files, which openssl and the key agree with', async () => {
    await install(files);
    const [chain, fullchain] = [live('chain'), live('fullchain')];
    assert.match(openssl('verify', '-CAfile', chain, '-untrusted', fullchain, fullchain), /: OK/);
    const ofCert = openssl('x509', '-in', live('tls'), '-noout', '-pubkey');
    for (const key of [live('tls'), live('privkey')])
      assert.equal(openssl('pkey', '-in', key, '-pubout'), ofCert);
  });

  it('sends leaf and intermediate, not the root, and verifies against all issuers', async () => {
    await install(files);
    const subjects = (file: string) =>
      openssl('storeutl', '-noout', '-text', '-certs', file)
        .match(/Subject: .+/g)
        ?.map((line) => line.slice(9).replaceAll(' ', ''));
    assert.deepEqual(subjects(live('fullchain')), ['CN=leaf', 'CN=intermediate']);
    assert.deepEqual(subjects(live('chain')), ['CN=intermediate', 'CN=root']);
  });

  it('keeps keys to the owner and lets everybody read certificates, whatever the umask', async () => {
    const umask = process.umask(0o077);
    try {
      await install(files);
    } finally {
      process.umask(umask);
    }
    assert.deepEqual(
      all.map((file) => modeOf(live(file))),
      ['644', '600', '644', '600'],
    );
    const folders = ['certs', 'certs/live', 'certs/sets', 'certs/sets/example.com', 'certs/live/example.com'];
    assert.deepEqual(
      folders.map((path) => modeOf(join(folder, path))),
      ['755', '711', '711', '711', '711'],
    );
  });

  it('lets the group of the proxy’s workers read tls.pem, and nothing else that is private', async () => {
    const isRoot = process.getuid?.() === 0;
    const gid = isRoot ? 54_321 : (process.getgid?.() ?? 0);
    await install(files, { gid });
    assert.deepEqual([modeOf(live('tls')), statSync(live('tls')).gid], ['640', gid]);
    assert.deepEqual([modeOf(live('privkey')), modeOf(live('fullchain'))], ['600', '644']);
    // Only root can become a worker to try it.
    if (!isRoot) return;
    const read = (file: keyof typeof setFiles, group: number) =>
      promisify(execFile)('cat', [live(file)], { uid: 54_322, gid: group });
    assert.equal((await read('tls', gid)).stdout, readFileSync(live('tls'), 'utf8'));
    assert.match((await read('fullchain', gid)).stdout, /BEGIN CERTIFICATE/);
    await assert.rejects(read('privkey', gid), /Permission denied/);
    await assert.rejects(read('tls', gid + 2), /Permission denied/);
  });

  it('is shared with a group, and taken back, without a new installation', async () => {
    const gid = process.getgid?.() ?? 0;
    await install(files);
    await shareLive(folder, 'example.com', gid);
    assert.equal(modeOf(live('tls')), '640');
    await shareLive(folder, 'example.com', undefined);
    assert.equal(modeOf(live('tls')), '600');
    assert.equal(sets().length, 1);
  });

  it('is in use by a relative link, so that the project can move', async () => {
    await install(files);
    assert.match(
      readlinkSync(join(folder, 'certs/live/example.com')),
      /^\.\.\/sets\/example\.com\/\d{8}T\d{9}Z-[0-9a-f]{8}$/,
    );
    const elsewhere = join(newProject(), 'moved');
    renameSync(folder, elsewhere);
    assert(readLive(elsewhere, 'example.com'));
    renameSync(elsewhere, folder);
  });

  it('lies under the name of its first domain, less the asterisk', async () => {
    assert.equal(certificateName(['ws.example.com', 'example.com']), 'ws.example.com');
    const wild = make(folder, 'wild', { names: 'DNS:*.example.com' });
    const { name, file } = await install(wild, { domains: ['*.example.com'] });
    assert.equal(name, 'example.com');
    assert.equal(file, live('tls'));
  });

  describe('stays as it was, and leaves nothing behind, when the new one', () => {
    const refused: [string, string, (there: string) => [Files, object]][] = [
      ['is not for a domain', 'names-missing', () => [files, { domains: ['example.com', 'other.test'] }]],
      ['has expired', 'cert-expired', () => [files, { now: new Date(Date.now() + 31 * 86_400_000) }]],
      ['lacks an intermediate', 'chain-incomplete', (there) => [makeChain(there).leaf, {}]],
    ];
    for (const [what, code, given] of refused) {
      it(what, async () => {
        await install(fresh('first'));
        const before = all.map((file) => readFileSync(live(file), 'utf8'));
        const [pair, more] = given(newProject());
        await assert.rejects(install(pair, more), { code });
        assert.deepEqual(
          all.map((file) => readFileSync(live(file), 'utf8')),
          before,
        );
        assert.equal(sets().length, 1);
        assert.deepEqual(readdirSync(join(folder, 'certs')).sort(), ['live', 'sets']);
      });
    }

    it('cannot take its place, because a folder is there', async () => {
      mkdirSync(join(folder, 'certs/live/example.com'), { recursive: true });
      await assert.rejects(install(files), { code: 'live-not-a-link' });
      assert.deepEqual(sets(), []);
    });
  });

  const installAt = async (...minutes: number[]) => {
    const labels: (string | undefined)[] = [];
    for (const [index, minute] of minutes.entries()) {
      const now = new Date(Date.now() + minute * 60_000);
      const { pair } = await install(fresh(`at-${index}`), { now });
      labels.push(pair.leaf.serial.slice(0, 8).toLowerCase());
    }
    return labels;
  };
  const labels = () => sets().map((set) => set.split('-')[1]);

  it('keeps the two before it', async () => {
    const installed = await installAt(1, 3, 5, 7);
    assert.deepEqual(labels(), installed.slice(1));
  });

  it('keeps more for a minute, since somebody may just be reading them', async () => {
    const installed = await installAt(1, 3, 3.1, 3.2, 3.3);
    assert.deepEqual(labels(), installed);
    const [later] = await installAt(9);
    assert.deepEqual(labels(), [...installed.slice(-2), later]);
  });

  it('keeps the order of installation even if the clock went back', async () => {
    const installed = await installAt(10, 9, 8);
    assert.deepEqual(labels(), installed);
  });

  it('gives way to the one before it on a rollback, as often as there is one', async () => {
    const installed = [];
    for (const name of ['one', 'two', 'three']) installed.push((await install(fresh(name))).pair.leaf.serial);
    const back = async () => (await rollback(folder, 'example.com')).pair.leaf.serial;
    assert.deepEqual([await back(), await back()], [installed[1], installed[0]]);
    assert.equal(readLive(folder, 'example.com')?.pair.leaf.serial, installed[0]);
    await assert.rejects(back(), { code: 'no-earlier-set' });
  });

  it('that was rolled back from is not what a later rollback leads to', async () => {
    await install(fresh('good'));
    const good = readLive(folder, 'example.com')?.pair.leaf.serial;
    await install(fresh('bad'));
    await rollback(folder, 'example.com');
    await install(fresh('next'));
    assert.equal(sets().length, 2);
    assert.equal((await rollback(folder, 'example.com')).pair.leaf.serial, good);
  });

  it('does not give way to one that has expired', async () => {
    const brief = make(folder, 'brief', { names: 'DNS:example.com', days: 1 });
    await install(brief);
    const { pair } = await install(fresh('good'));
    const now = new Date(Date.now() + 2 * 86_400_000);
    await assert.rejects(rollback(folder, 'example.com', { now }), { code: 'cert-expired' });
    assert.equal(readLive(folder, 'example.com')?.pair.leaf.serial, pair.leaf.serial);
  });

  it('is absent before the first installation', async () => {
    assert.equal(readLive(folder, 'example.com'), undefined);
    await assert.rejects(rollback(folder, 'example.com'), { code: 'no-earlier-set' });
    assert(!existsSync(join(folder, 'certs/live')));
  });
});
