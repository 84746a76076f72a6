import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ensureLocal } from '../../src/certs/ensure-local.js';
import { installServedCopy } from '../../src/certs/served-copy.js';
import { modeOf, newProject, removeProjects } from './helpers/project.js';

describe('served copy', () => {
  let folder: string;
  let path: string;
  const copy = (minutes = 0) =>
    installServedCopy({
      folder,
      name: 'localhost',
      path,
      gid: process.getgid?.() ?? 0,
      now: new Date(Date.now() + minutes * 60_000),
    });
  const renew = () => ensureLocal({ folder, domains: ['localhost'], days: 90, force: true });
  before(() => {
    folder = newProject();
    path = join(newProject(), 'run/tls.pem');
  });
  after(removeProjects);

  it('holds tls.pem, for the owner and the group, in a folder they can pass', async () => {
    const { file } = await renew();
    assert.equal(await copy(), 'installed');
    assert.equal(readFileSync(path, 'utf8'), readFileSync(file, 'utf8'));
    assert.deepEqual([modeOf(path), modeOf(dirname(path))], ['640', '711']);
    assert.equal(readdirSync(dirname(path)).length, 2);
  });

  it('is left alone while it is up to date, but for a mode that was changed', async () => {
    chmodSync(path, 0o644);
    assert.equal(await copy(), 'kept');
    assert.equal(modeOf(path), '640');
  });

  it('follows renewals, and keeps two behind for who is just reading one', async () => {
    const before = realpathSync(path);
    const held = readFileSync(before, 'utf8');
    for (const [minutes, left] of [
      [2, true],
      [4, true],
      [6, false],
    ] as const) {
      const { file } = await renew();
      assert.equal(await copy(minutes), 'installed');
      assert.equal(readFileSync(path, 'utf8'), readFileSync(file, 'utf8'));
      assert.equal(existsSync(before) && readFileSync(before, 'utf8') === held, left);
    }
    assert.equal(readdirSync(dirname(path)).length, 4);
  });

  it('takes the place of a file, and clears away what a killed installation left', async () => {
    const folder = dirname(path);
    rmSync(path);
    writeFileSync(path, 'of an earlier release', { mode: 0o640 });
    writeFileSync(join(folder, 'tls-29991231T000000000Z.pem'), 'half');
    await renew();
    await copy();
    assert.match(basename(realpathSync(path)), /^tls-/);
    assert.equal(readdirSync(folder).length, 2);
    await renew();
    await copy();
    assert.equal(readdirSync(folder).length, 3);
  });
});
