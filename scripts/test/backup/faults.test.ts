import assert from 'node:assert/strict';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { pack } from 'tar-stream';
import { EmbeddedBus } from '../../../app/src/bus/embedded.js';
import { build } from '../commands/helpers/build.js';
import { assertFault } from '../commands/helpers/fault.js';
import { removeScratches, type Scratch, scratch } from '../commands/helpers/scratch.js';
import { treeOf } from './helpers/tree.js';

const isRoot = process.getuid?.() === 0;

describe('hermes backup and restore with what cannot be used', function () {
  this.timeout(600_000);
  let one: Scratch;
  let archive: Buffer;

  before(async () => {
    await build();
    const source = await installation();
    const run = await source.hermes('backup', '--to', 'whole.tar.gz');
    assert.equal(run.code, 0, run.all);
    archive = readFileSync(source.at('whole.tar.gz'));
    one = await installation();
  });
  after(removeScratches);

  /** Restores this over an installation that is there, and finds it as it was. */
  const refuses = async (content: Buffer, ...says: RegExp[]) => {
    const file = one.at('given.tar.gz');
    writeFileSync(file, content);
    const as = treeOf(one.root);
    assertFault(await one.hermes('restore', '--from', file, '--force'), ...says);
    assert.deepEqual(treeOf(one.root), as);
  };
  /** The archive with a change of its bytes within. */
  const changed = (from: string, to: string) => {
    const content = gunzipSync(archive);
    const at = content.indexOf(from);
    assert(at > 0, `${from} is not in the archive`);
    content.write(to, at);
    return gzipSync(content);
  };

  it('says that there is no such file, or none was named', async () => {
    assertFault(
      await one.hermes('restore', '--from', 'none.tar.gz'),
      /^there is no file .*none\.tar\.gz$/m,
      /FROM=/,
    );
    assertFault(await one.hermes('restore', '--from', one.root), /is a folder$/m);
    const unnamed = await one.hermes('restore');
    assert.equal(unnamed.code, 2);
    assert.match(unnamed.stderr, /which backup\? .*FROM=file/);
  });

  it('takes no file that is none of ours', async () => {
    await refuses(Buffer.from('what is this'), /^this is not a backup of Monitor Hermes/);
    await refuses(gzipSync('what is this'), /^this is not a backup of Monitor Hermes/);
    await refuses(Buffer.alloc(0), /^(this is not a backup|the backup is damaged: it is cut short)/);
    const { stdout } = await execa('tar', ['-cz', '-C', one.root, 'certs'], { encoding: 'buffer' });
    await refuses(Buffer.from(stdout), /^this is not a backup of Monitor Hermes/);
  });

  for (const share of [0.5, 0.999]) {
    it(`takes no archive that was cut after ${share} of it`, async () => {
      await refuses(
        archive.subarray(0, Math.floor(archive.length * share)),
        /^the backup is damaged: it is cut short/,
      );
    });
  }

  it('takes no archive whose end is missing, though it can be unpacked', async () => {
    const content = gunzipSync(archive);
    const end = content.lastIndexOf('checksums.json\0');
    const whole = Buffer.concat([content.subarray(0, end), Buffer.alloc(1_024)]);
    await refuses(gzipSync(whole), /^the backup is damaged: it ends before checksums\.json/);
  });

  it('finds a byte that has changed', async () => {
    await refuses(
      changed('JWT_SECRET_KEY=', 'JWT_SECRET_KEy='),
      /^the backup is damaged: the checksum of settings\/\.env/,
    );
  });

  // No file of anybody's in the folder above is taken for one that got out.
  const outside = `hermes-elsewhere-${process.pid}`;
  for (const path of [`settings/../../${outside}`, `/${outside}`]) {
    it(`goes nowhere else with ${path.replace(outside, 'a')}`, async () => {
      const archive = pack();
      const manifest = { format: 'monitor-hermes-backup', version: 1, parts: ['settings'] };
      const whole = { ...manifest, createdAt: new Date().toISOString(), release: '0.1.0' };
      archive.entry({ name: 'manifest.json' }, JSON.stringify(whole));
      archive.entry({ name: path }, 'elsewhere');
      archive.finalize();
      await refuses(gzipSync(await buffer(archive)), /^the backup is damaged: it holds the path /);
      assert(!existsSync(one.at(`../${outside}`)));
    });
  }

  it('does not take the folder of an app that runs', async () => {
    const bus = new EmbeddedBus({ path: one.at('.hermes/data/bus'), retention: 1_000, maxBytes: 1e8 });
    await refuses(archive, new RegExp(`^the folder .*data/bus is in use by the process ${process.pid}`));
    await bus.close();
  });

  it('does not guess what a later version may mean', async () => {
    await refuses(
      changed('"version": 1', '"version": 7'),
      /^this backup has version 7 of the format/,
      /release/,
    );
  });

  it('says what is full, and keeps nothing of it', async function () {
    const small = one.at('small');
    mkdirSync(small);
    const mounted = await execa('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'tmpfs', small], { reject: false });
    if (mounted.failed) return this.skip();
    try {
      assertFault(
        await one.hermes('backup', '--to', 'small/a.tar.gz'),
        /No space left on device|^the disk of .*small is full/,
        /room/,
      );
      assert.deepEqual(treeOf(small), []);
    } finally {
      await execa('umount', [small]);
    }
  });

  it('restores nothing onto a full disk', async function () {
    const target = await scratch();
    const mounted = await execa('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', target.root], {
      reject: false,
    });
    if (mounted.failed) return this.skip();
    try {
      const whole = one.at('whole.tar.gz');
      writeFileSync(whole, archive);
      assertFault(await target.hermes('restore', '--from', whole), /^the disk of .* is full/, /make room/);
      assert.deepEqual(treeOf(target.root), ['.hermes 755 0:0']);
    } finally {
      await execa('umount', [target.root]);
    }
  });

  it('says which folder cannot be written to, and which file cannot be read', async function () {
    if (!isRoot) return this.skip();
    const theirs = await scratch({ unprivileged: true });
    writeFileSync(theirs.at('.env'), 'JWT_SECRET_KEY=0123456789abcdef0123456789abcdef\n', { mode: 0o600 });
    const unreadable = await theirs.hermes('backup', '--to', 'a.tar.gz');
    assertFault(unreadable, /\.env cannot be read/);
    chownSync(theirs.at('.env'), 65_534, 65_534);
    mkdirSync(theirs.at('closed'), { mode: 0o755 });
    const closed = await theirs.hermes('backup', '--to', 'closed/a.tar.gz');
    assertFault(closed, /closed.* cannot be changed \(EACCES\)/, /owns it/);
    assertFault(
      await theirs.hermes('backup', '--to', 'no/such/a.tar.gz'),
      /^there is no folder .*no\/such/,
      /TO=/,
    );
  });

  it('says that there is nothing to back up', async () => {
    const empty = await scratch();
    assertFault(await empty.hermes('backup'), /^there is nothing to back up in /, /make up/);
    assert.deepEqual(treeOf(empty.root), []);
  });

  it('puts everything back where one part cannot be put in place', async function () {
    if (!isRoot) return this.skip();
    const theirs = await scratch({ unprivileged: true });
    // In a sticky folder one may add, and not take away what is of another: the restore fails at its last moment.
    mkdirSync(theirs.at('certs'), { recursive: true });
    mkdirSync(theirs.at('certs/live'));
    writeFileSync(theirs.at('certs/live/theirs'), 'theirs');
    chmodSync(theirs.at('certs'), 0o1777);
    mkdirSync(theirs.at('.hermes/data/store'), { recursive: true });
    writeFileSync(theirs.at('.hermes/data/store/data.mdb'), 'theirs');
    for (const path of ['.hermes', '.hermes/data', '.hermes/data/store', '.hermes/data/store/data.mdb']) {
      chownSync(theirs.at(path), 65_534, 65_534);
    }
    writeFileSync(theirs.at('given.tar.gz'), archive);
    chmodSync(theirs.at('given.tar.gz'), 0o644);
    const as = treeOf(theirs.root);
    assertFault(
      await theirs.hermes('restore', '--from', 'given.tar.gz', '--force'),
      /cannot be changed \(EPERM\)/,
    );
    assert.deepEqual(treeOf(theirs.root), as);
  });
});

/** Settings, certificates and embedded data, without a stack that runs. */
async function installation(): Promise<Scratch> {
  const one = await scratch();
  writeFileSync(one.at('.env'), 'JWT_SECRET_KEY=0123456789abcdef0123456789abcdef\n', { mode: 0o600 });
  mkdirSync(one.at('certs/live'), { recursive: true });
  writeFileSync(
    one.at('certs/live/key'),
    Buffer.from(Array.from({ length: 60_000 }, (_, index) => (index * 7_919) % 251)),
  );
  const bus = new EmbeddedBus({ path: join(one.root, '.hermes/data/bus'), retention: 1_000, maxBytes: 1e8 });
  await bus.publish([{ kind: 'notification', userId: 'u1', body: '{}' } as never]);
  await bus.close();
  return one;
}
