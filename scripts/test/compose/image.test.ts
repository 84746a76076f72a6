import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import jwt from 'jsonwebtoken';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { writePair } from '../../../app/test/helpers/certificates.js';
import { connect } from '../../../app/test/helpers/client.js';
import { newFolder } from '../../../app/test/helpers/service.js';
import { until } from '../../../app/test/helpers/wait.js';
import { run } from '../commands/helpers/run.js';
import { blocksOf } from '../docs/page/blocks.js';
import { docker, dockerAll } from './helpers/docker.js';
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

const guide = new URL('../../../docs/how-to/compose.md', import.meta.url);

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

  it('can hold a certificate for direct TLS, as the guide has it', async () => {
    const folder = newFolder();
    const pair = await writePair(folder, 'own');
    writeFileSync(join(folder, 'tls.pem'), pair.cert + readFileSync(pair.keyFile, 'utf8'), { mode: 0o600 });
    const key = 'k'.repeat(40);
    writeFileSync(join(folder, '.env'), `JWT_SECRET_KEY=${key}\nSERVICE_API_KEY=${key}\n`, { mode: 0o600 });
    const [dockerfile = '', commands = ''] = blocksOf(guide)
      .filter(({ section }) => section === 'A certificate in the image')
      .map(({ code }) => code);
    writeFileSync(join(folder, 'Dockerfile'), dockerfile.replace('monitor-hermes:REVISION', name));
    const own = `hermes-test-${randomUUID().slice(0, 8)}`;
    const script = commands
      .replaceAll('hermes-with-certificate', own)
      .replaceAll('hermes-data', own)
      .replace('443:5000', '127.0.0.1::5000')
      .replace('docker run', `docker run --name ${own}`);
    const { code, all } = await run(['sh', '-euc', script], {}, folder);
    try {
      assert.equal(code, 0, all);
      const published = await docker('port', own, '5000/tcp');
      const port = published.split(':').at(-1)?.trim();
      const token = jwt.sign({ user_id: 'u1' }, key, { expiresIn: '1h' });
      const options = { ca: pair.cert, headers: { Authorization: `Bearer ${token}` } };
      await until(
        async () => /listening/.test(await dockerAll('logs', own)),
        () => 'the app, listening',
        180_000,
        100,
      );
      const client = await connect(`wss://localhost:${port}/ws`, [], options);
      await client.end();
      assert.match(await dockerAll('logs', own), /Starting with WSS/);
    } finally {
      await docker('rm', '--force', '--volumes', own).catch(() => {});
      await docker('volume', 'rm', '--force', own);
      await docker('image', 'rm', own).catch(() => {});
    }
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
