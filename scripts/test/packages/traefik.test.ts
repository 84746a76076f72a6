import { equal, match, notEqual, rejects } from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import { ensureTool } from '../../src/packages/install.js';
import { ensureTraefik, parseTraefikVersion, release } from '../../src/packages/traefik.js';
import { buildTraefik } from '../../src/packages/traefik-build.js';

describe('Traefik', () => {
  before(async function () {
    // Where there is none, it is built first.
    this.timeout(1_200_000);
    await ensureTraefik(() => {});
  });
  let folder: string;
  const path = process.env.PATH;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hermes traefik '));
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true });
  });

  /** Puts a command first on PATH that says it was this version. */
  const onPath = (version: string) => {
    writeFileSync(join(folder, 'traefik'), `#!/bin/sh\necho 'Version:      ${version}'\n`, { mode: 0o755 });
    process.env.PATH = `${folder}:${path}`;
  };

  it('is the one on PATH, if it is new enough', async () => {
    onPath('3.6.0');
    equal(await ensureTraefik(() => {}), join(folder, 'traefik'));
  });

  it('is not one on PATH that is too old, or does not tell', async () => {
    for (const version of ['3.5.9', 'dev']) {
      onPath(version);
      notEqual(await ensureTraefik(() => {}), join(folder, 'traefik'));
    }
  });

  it('tells its version, so that it is known again', async () => {
    const { stdout } = await execa(await ensureTraefik(() => {}), ['version']);
    match(parseTraefikVersion(stdout) ?? '', /^3\.\d+\.\d+$/);
  });

  it('is not built from a module that has another checksum', async () => {
    const go = await ensureTool('go', () => {});
    const target = join(folder, 'cache/v1/traefik');
    await rejects(
      buildTraefik(go, { ...release, sum: 'h1:of-something-else=' }, target),
      (error) =>
        error instanceof HermesError &&
        error.code === 'install-failed' &&
        /the module's checksum is h1:\S+, not h1:of-something-else=/.test(error.message),
    );
    equal(existsSync(target), false);
    equal(readdirSync(join(folder, 'cache')).length, 0);
  });
});
