import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { build } from './helpers/build.js';
import { assertFault, assertNothingStarted } from './helpers/fault.js';
import { hermes, run, unprivileged } from './helpers/run.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';

const isRoot = process.getuid?.() === 0;
const nginx = '/usr/sbin/nginx';

describe('an unprivileged user', function () {
  this.timeout(120_000);
  let one: Scratch;

  before(async function () {
    // A checkout in a folder that is closed to others cannot be run by them.
    if (isRoot && (statSync(projectRoot).mode & 0o001) === 0) this.skip();
    await build();
  });
  beforeEach(async () => {
    one = await scratch({ unprivileged: true });
  });
  afterEach(removeScratches);

  it('can do everything, nginx included', async () => {
    await one.up();
    const owners = one.pids.map((pid) => statSync(`/proc/${pid}`).uid);
    assert(!owners.includes(0));
    const { stdout: token } = await one.hermes('token', '--user', 'u1');
    assert.match(token, /^eyJ/);
    for (const verb of ['status', 'certs', 'config']) {
      const { code, all } = await one.hermes(verb);
      assert.equal(code, 0, all);
    }
    assert.match((await one.hermes('renew', '--force')).stdout, /served as on disk/);
    assert.match((await one.hermes('down')).stdout, /is down/);
  });

  it('is told that a port needs more rights, before anything is started', async function () {
    const lowest = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
    if (lowest <= 1_000) this.skip();
    const up = await one.hermes('up', 'HTTPS_PORT=443');
    assertNothingStarted(one, up, /^port 443 needs more rights/m, /→ .*make up HTTPS_PORT=8443$/m);
  });

  it('is told how to install nginx', async function () {
    if (!isRoot || !existsSync(nginx)) this.skip();
    // In a mount namespace of its own there is no nginx.
    const hide = `mount --bind /dev/null ${nginx} && exec "$@"`;
    const command = ['unshare', '--mount', 'sh', '-c', hide, 'sh', ...unprivileged([...hermes, 'up'])];
    const up = await rootly(command);
    assertNothingStarted(one, up, /^nginx is missing$/m, /→ run: sudo \S+ install nginx$/m);
  });

  it('is told that root has started the stack', async function () {
    if (!isRoot) this.skip();
    await rootly([...hermes, 'up']);
    for (const verb of ['up', 'down', 'status']) {
      assertFault(await one.hermes(verb), /cannot be (read|written)/, /→ .*your user/);
    }
    await rootly(['chown', '-R', 'nobody', one.root]);
    assertFault(
      await one.hermes('down'),
      /^process \d+ of the stack belongs to another user$/m,
      /→ .*sudo make down/,
    );
    assert.match((await rootly([...hermes, 'down'])).stdout, /is down/);
    await rootly(['chown', '-R', 'nobody', one.root]);
  });

  const rootly = (command: readonly string[]) => run(command, one.environment, one.root);
});
