import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureLocal } from '../../src/certs/ensure-local.js';
import { installServedCopy } from '../../src/certs/served-copy.js';
import { modeOf, newProject, removeProjects } from './helpers/project.js';

describe('served copy', () => {
  let folder: string;
  let path: string;
  const copy = () => installServedCopy({ folder, name: 'localhost', path, gid: process.getgid?.() ?? 0 });
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
    assert.deepEqual(readdirSync(dirname(path)), ['tls.pem']);
  });

  it('is left alone while it is up to date, but for a mode that was changed', async () => {
    chmodSync(path, 0o644);
    assert.equal(await copy(), 'kept');
    assert.equal(modeOf(path), '640');
  });

  it('follows a renewal', async () => {
    const { file } = await renew();
    assert.equal(await copy(), 'installed');
    assert.equal(readFileSync(path, 'utf8'), readFileSync(file, 'utf8'));
  });
});
