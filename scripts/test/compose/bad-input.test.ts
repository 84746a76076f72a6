import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { execa } from 'execa';
import { findExecutable } from '../../src/packages/find.js';
import { make } from '../certs/helpers/openssl.js';
import { build } from '../commands/helpers/build.js';
import { assertNothingStarted } from '../commands/helpers/fault.js';
import { hermes, type Run } from '../commands/helpers/run.js';
import { removeScratches, type Scratch } from '../commands/helpers/scratch.js';
import { ContainerStack } from './helpers/container-stack.js';
import { describeOnEngine, image, startPatience } from './helpers/engine.js';

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

describeOnEngine('make up ENGINE=docker says in a line what is wrong, and starts nothing:', function () {
  this.timeout(startPatience);
  let stack: ContainerStack;

  before(() => Promise.all([build(), image()]));
  beforeEach(async () => {
    stack = await ContainerStack.prepare();
  });
  afterEach(async () => {
    await stack.remove();
    await removeScratches();
  });

  const refuse = async (run: Run, ...says: RegExp[]) => {
    assertNothingStarted(stack.one, run, ...says);
    assert.deepEqual(await stack.left(), { containers: [], networks: [], processes: [] });
    assert.deepEqual(await stack.volumes(), []);
  };
  const refused = async (settings: readonly string[], ...says: RegExp[]) =>
    refuse(await stack.one.hermes('up', ...settings), ...says);
  const under = (environment: Readonly<Record<string, string>>) =>
    stack.one.run([...hermes, 'up'], environment);

  it('no engine answers', async () => {
    const run = await under({ DOCKER_HOST: `unix://${stack.one.at('none.sock')}` });
    await refuse(
      run,
      /^no Docker engine answers: .*none\.sock/m,
      /→ start it, or run without containers: ENGINE=native/,
    );
  });

  it('there is no docker', async () => {
    const run = await under({ PATH: stack.one.at('bin') });
    await refuse(run, /^there is no `docker` on PATH$/m, /→ install Docker Engine/);
  });

  it('Compose is too old', async () => {
    // As an old plugin beside a current engine.
    mkdirSync(stack.one.at('bin'));
    const real = findExecutable('docker');
    const old = `#!/bin/sh\n[ "$1 $2" = "compose version" ] && echo 2.17.3 && exit\nexec ${real} "$@"\n`;
    writeFileSync(stack.one.at('bin/docker'), old, { mode: 0o755 });
    const run = await under({ PATH: `${stack.one.at('bin')}:${process.env.PATH}` });
    await refuse(
      run,
      /^Docker Compose is 2\.17\.3, but \d+\.\d+\.\d+ is the oldest/m,
      /→ install a newer one/,
    );
  });

  for (const key of ['HTTP_PORT', 'HTTPS_PORT'] as const)
    it(`${key} is taken`, async () => {
      const port = stack.one.ports[key === 'HTTP_PORT' ? 'http' : 'https'];
      const holder = createServer().listen(port);
      await once(holder, 'listening');
      try {
        const who = new RegExp(`^port ${port} is in use by \\S+ \\(pid ${process.pid}\\)$`, 'm');
        await refused([], who, new RegExp(`→ .*make up ${key}=\\d+$`, 'm'));
      } finally {
        holder.close();
      }
    });

  it('the folder of certificates is a file', async () => {
    writeFileSync(stack.one.at('certs'), '');
    await refused([], /certificates cannot be changed: .*certs/, /→ check/);
  });

  it('the folder of certificates is not this user’s to read', async function () {
    // Root reads everything, so another user has to be had, one whom the engine lets in.
    if (!isRoot) this.skip();
    const { root, ports } = stack.one;
    mkdirSync(stack.one.at('certs'), { mode: 0o700 });
    await execa('chown', [`${nobody}:${nobody}`, root]);
    const socket = (process.env.DOCKER_HOST ?? '').replace(/^unix:\/\//, '') || '/var/run/docker.sock';
    const become = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, `--groups=${statSync(socket).gid}`];
    assert(ports.https > 0);
    const run = await stack.one.run([...become, ...hermes, 'up'], { HOME: root, TMPDIR: root });
    await refuse(run, /certificates cannot be (changed|read).*certs|certs.*cannot be/, /→ /);
  });

  it('.env ends in the middle of a line', async () => {
    writeFileSync(stack.one.at('.env'), `JWT_SECRET_KEY=${'k'.repeat(40)}\nSERVICE_API`);
    await refused([], /^\.env line 2 is not KEY=value$/m, /→ correct that line/);
  });

  it('.env ends within quotes', async () => {
    writeFileSync(stack.one.at('.env'), `JWT_SECRET_KEY=${'k'.repeat(40)}\nSERVICE_API_KEY="abc`);
    await refused([], /^\.env line 2 is not KEY=value$/m, /→ correct that line/);
  });

  it('.env lacks a secret of the app', async () => {
    writeFileSync(stack.one.at('.env'), `JWT_SECRET_KEY=${'k'.repeat(40)}\n`);
    await refused([], /^SERVICE_API_KEY is not set$/m, /→ .*>> \.env/);
  });

  it('.env lacks the passwords of servers that are to run', async () => {
    writeFileSync(
      stack.one.at('.env'),
      `JWT_SECRET_KEY=${'k'.repeat(40)}\nSERVICE_API_KEY=${'s'.repeat(40)}\n`,
    );
    await refused(
      ['SERVICES=redis,mongo'],
      /^REDIS_PASSWORD and MONGO_PASSWORD are not set$/m,
      /→ .*>> \.env/,
    );
  });

  it('DOMAIN is not in the certificate', async () => {
    const own = make(stack.one.root, 'own', { names: 'DNS:own.test' });
    const files = ['TLS=files', `SSL_CERTFILE=${own.cert}`, `SSL_KEYFILE=${own.key}`];
    await refused([...files, 'DOMAIN=other.test'], /not for other\.test, but for own\.test/, /DOMAIN/);
  });

  it('the disk is nearly full', async function () {
    const run = await onSmallDisk(stack.one, '112k', 'docker');
    if (!run) this.skip();
    await refuse(run, /^the disk is nearly full: \S+ has 0 MiB left/m, /→ make room there/);
  });

  it('the disk gets full meanwhile, without containers too', async function () {
    const run = await onSmallDisk(stack.one, '112k', 'native');
    if (!run) this.skip();
    await refuse(run, /^no space is left on the disk$/m, /→ make room/);
  });
});

/** `hermes up` in a folder on a disk of this size; undefined where this user cannot have one. */
async function onSmallDisk(one: Scratch, size: string, engine: string): Promise<Run | undefined> {
  const options = `size=${size},mode=0700`;
  const mount = await execa('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', one.root], { reject: false });
  if (mount.failed) return undefined;
  try {
    return await one.run([...hermes, 'up'], { ENGINE: engine });
  } finally {
    await execa('umount', [one.root]);
  }
}
