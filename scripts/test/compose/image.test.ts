import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { newFolder } from '../../../app/test/helpers/service.js';
import { docker } from './helpers/docker.js';
import { describeOnEngine, image, startPatience } from './helpers/engine.js';

/** Bytes that the image stays below. */
const largest = 250_000_000;

/** What lies about in a checkout that is used, and more that somebody could leave anywhere. */
const private_ = [
  '.env',
  '.env.production',
  'certs/live/example.com/privkey.pem',
  'certs/ca/ca.key',
  '.hermes/secrets/JWT_SECRET_KEY',
  'app/src/.env',
  'app/src/tls/server.key',
  'scripts/src/.env.local',
  'scripts/src/.npmrc',
  'nginx/tls/privkey.pem',
  'traefik/own.crt',
  'compose/own.p12',
  '.npmrc',
];

describeOnEngine('The image', function () {
  this.timeout(startPatience);
  let name: string;
  before(async () => {
    name = await image();
  });

  it('is below 250 MB, of an unprivileged user, and knows whether it is well', async () => {
    const [{ Size, Config }] = JSON.parse(await docker('image', 'inspect', name));
    assert(Size < largest, `${Size} bytes`);
    assert.match(Config.User, /^[1-9]\d*:[1-9]\d*$/);
    assert.deepEqual(Config.Healthcheck.Test, ['CMD', 'node', 'dist/app/src/ready.js']);
  });

  it('has the command line in it', async () => {
    const run = ['run', '--rm', '--network=none', '--read-only', name, 'scripts/hermes.js', '--help'];
    assert.match(await docker(...run), /Usage: hermes <verb>/);
  });

  it('cannot be built with a key, a certificate or a .env in it', async () => {
    const [checkout, sent] = [newFolder(), newFolder()];
    cpSync(join(projectRoot, '.dockerignore'), join(checkout, '.dockerignore'));
    for (const file of [...private_, 'app/src/main.ts']) {
      mkdirSync(dirname(join(checkout, file)), { recursive: true });
      writeFileSync(join(checkout, file), '');
    }
    writeFileSync(join(checkout, 'package.json'), '{}');
    // Everything that a build is given.
    writeFileSync(join(sent, 'Dockerfile'), 'FROM scratch\nCOPY . /\n');
    const to = join(sent, 'all');
    await docker('build', '--file', join(sent, 'Dockerfile'), '--output', `type=local,dest=${to}`, checkout);
    const files = readdirSync(to, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(to, join(entry.parentPath, entry.name)));
    assert.deepEqual(files.sort(), ['app/src/main.ts', 'package.json']);
  });
});
