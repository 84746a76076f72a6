import assert from 'node:assert/strict';
import { renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSettings } from '../../../app/src/settings/load.js';
import { newFolder } from '../../../app/test/helpers/service.js';
import { until } from '../../../app/test/helpers/wait.js';
import { projectAt } from '../../src/project.js';
import { ownFilesChanged } from '../../src/renewal/own-files-changed.js';

describe('files of the operator', () => {
  let folder: string;
  let cert: string;

  beforeEach(() => {
    folder = newFolder();
    cert = join(folder, 'cert.pem');
    for (const file of ['cert.pem', 'key.pem']) writeFileSync(join(folder, file), 'first');
  });

  /** Times in seconds from the change of a file. */
  const changed = (lastLook: number, now: number, environment = {}) => {
    const change = statSync(cert).ctimeMs;
    const { settings } = loadSettings({
      folder,
      environment: { TLS: 'files', SSL_CERTFILE: 'cert.pem', SSL_KEYFILE: 'key.pem', ...environment },
    });
    const at = (seconds: number) => new Date(change + seconds * 1_000);
    return ownFilesChanged(projectAt(folder), settings, at(lastLook), at(now));
  };

  it('are looked at when they have changed since the last look, a moment later', () => {
    assert.equal(changed(-10, 3), true);
    assert.equal(changed(-10, 1), false, 'the key may be about to follow');
    assert.equal(changed(1, 3_600), false);
  });

  it('are known to have changed by whatever way, though the time in them is old', () => {
    const beside = join(folder, 'beside.pem');
    writeFileSync(beside, 'second');
    utimesSync(beside, 1, 1);
    renameSync(beside, cert);
    assert.equal(changed(-1, 3), true);
  });

  it('are known to have changed by the link that leads to them', async () => {
    const [first, last] = [cert, join(folder, 'key.pem')].map((file) => statSync(file).ctimeMs) as [
      number,
      number,
    ];
    await until(
      () => Date.now() > last + 20,
      () => 'a change that can be told from the one before',
    );
    const link = join(folder, 'link.pem');
    symlinkSync(cert, link);
    const since = (last - first + 5) / 1_000;
    assert.equal(changed(since, 60), false);
    assert.equal(changed(since, 60, { SSL_CERTFILE: link }), true);
  });

  it('do not matter where they are not served, and are no fault where they are missing', () => {
    assert.equal(changed(-10, 3, { TLS: 'selfsigned' }), false);
    rmSync(join(folder, 'key.pem'));
    assert.equal(changed(-10, 3), true);
  });
});
