import { deepEqual, equal, ok } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { type NginxBinary, newNginx } from '../../src/packages/new-nginx.js';
import { nginxArguments, renderNginx } from '../../src/render/nginx.js';
import { planNginx } from '../../src/render/plan.js';
import { atLeast } from '../../src/render/version.js';
import { machine } from './helpers/machine.js';
import { machineNginx } from './helpers/nginx.js';
import { makeCa } from './helpers/openssl.js';
import { freePorts } from './helpers/ports.js';
import { goldenRoot, type Profile, profiles, settingsOf } from './helpers/profiles.js';
import { readTree } from './helpers/tree.js';

const goldens = join(projectRoot, 'scripts/test/golden');

describe('the rendered configuration of nginx', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hermes golden '));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const [name, profile] of Object.entries(profiles)) {
    it(`is what golden/${name} shows (UPDATE_GOLDEN=1 renders it anew)`, () => {
      const golden = join(goldens, name, 'nginx');
      if (process.env.UPDATE_GOLDEN) {
        rmSync(golden, { recursive: true, force: true });
        renderNginx(settingsOf(profile.environment), profile.place, golden);
      }
      renderNginx(settingsOf(profile.environment), profile.place, folder);
      deepEqual(readTree(folder), readTree(golden));
    });

    it(`is accepted by nginx as golden/${name}`, async function () {
      this.timeout(120_000);
      const binary = [machineNginx, await newNginx()].find((one) => one && understands(one, profile));
      if (!binary) return this.skip();
      const configuration = join(folder, 'nginx');
      await materialise(join(goldens, name, 'nginx'), configuration, folder);
      const runDirectory = join(folder, 'run');
      const test = spawnSync(binary.path, [...nginxArguments({ runDirectory }, configuration), '-t'], {
        encoding: 'utf8',
        env: { ...process.env, ...binary.env },
      });
      equal(test.status, 0, test.stderr);
      ok(
        !/\[(warn|emerg|alert)\](?!.*(worker_connections|setrlimit|"user" directive))/.test(test.stderr),
        test.stderr,
      );
    });
  }

  it('uses every file of nginx in some profile', () => {
    const chosen = Object.values(profiles).flatMap(({ environment, place }) =>
      [true, false].flatMap((ipv6) => planNginx(settingsOf(environment), { ...place, ipv6 })),
    );
    const sources = new Set(chosen.map(({ source }) => source));
    const files = Object.keys(readTree(join(projectRoot, 'nginx'))).filter((file) => file !== 'mask.sed');
    deepEqual(
      files.filter((file) => !sources.has(file)),
      [],
    );
  });

  it('includes every file that was rendered, and no other', () => {
    for (const [name, { environment, place }] of Object.entries(profiles)) {
      renderNginx(settingsOf(environment), place, join(folder, name));
      const tree = readTree(join(folder, name));
      const included = Object.values(tree).flatMap((content) =>
        [...content.matchAll(/^\s*include (\S+);/gm)].map(([, file]) => file ?? ''),
      );
      deepEqual([...new Set(['nginx.conf', ...included])].sort(), Object.keys(tree).sort());
    }
  });
});

const understands = (nginx: NginxBinary, { place }: Profile) =>
  atLeast(nginx.version, place.nginxVersion) &&
  atLeast(nginx.opensslVersion, place.opensslVersion.replace(/\.\d+$/, '.0'));

/** A copy of a golden with paths, ports, user and names that exist here, so that nginx itself can judge it. */
async function materialise(golden: string, target: string, root: string): Promise<void> {
  mkdirSync(join(root, 'run'));
  writeFileSync(join(root, 'tls.pem'), makeCa(root).leaf('ecdsa'));
  const [http, https] = await freePorts(2);
  for (const [path, content] of Object.entries(readTree(golden))) {
    const here = content
      .replaceAll(goldenRoot, root)
      .replace(/^user .*$/m, `user ${userInfo().username};`)
      .replace('server app:5000', 'server 127.0.0.1:5000')
      .replace(/^(listen (?:\[::\]:)?)\d+(?= ssl)/gm, `$1${https}`)
      .replace(/^(listen (?:\[::\]:)?)\d+(?! ssl|\d)/gm, `$1${http}`)
      .replace(/^listen \[.*$/gm, (line) => (machine.ipv6 ? line : ''));
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), here);
  }
}
