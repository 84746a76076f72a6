import assert from 'node:assert/strict';
import { execa } from 'execa';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { build } from '../commands/helpers/build.js';
import type { Run } from '../commands/helpers/run.js';
import { removeScratches, scratch } from '../commands/helpers/scratch.js';
import { describeOnEngine, startPatience } from '../compose/helpers/engine.js';
import { BareHost } from './helpers/bare-host.js';

/** `make provision`, as an operator types it. */
async function provision(host: BareHost, user: string, ...words: string[]): Promise<Run> {
  const one = await scratch({ environment: { SSH_CONFIG: host.config } });
  const named = [`HOST=${user}@site`, `KEY=${host.key}.pub`, ...words];
  return one.run(['make', '--silent', '-C', projectRoot, 'provision', ...named]);
}

/** What a run might change: packages, users, and who is let in. */
const traces = (host: BareHost) =>
  host.inside(`dpkg --list | md5sum; md5sum /etc/passwd /etc/group /etc/shadow
find /home /root -name authorized_keys -exec md5sum {} + | sort`);

describeOnEngine('make provision', function () {
  this.timeout(startPatience);

  describe('of a bare host', () => {
    let host: BareHost;
    before(async () => {
      [host] = await Promise.all([BareHost.start('debian:forky-slim'), build()]);
    });
    after(async () => {
      await host?.remove();
      await removeScratches();
    });

    it('tells what it would do, and does nothing, with DRY_RUN=1', async () => {
      const before = await traces(host);
      const { code, all } = await provision(host, 'root', 'DRY_RUN=1');
      assert.equal(code, 0, all);
      assert.match(all, /would install Docker Engine and Compose from the distribution/);
      assert.match(all, /would make the user hermes, .*\nwould let hermes in by the key deploy@test\n/);
      assert.equal(await traces(host), before);
    });

    it('refuses a user who cannot become root', async () => {
      const { code, all } = await provision(host, 'guest');
      assert.notEqual(code, 0);
      assert.match(all, /guest@site is not root there, and sudo asks for a password\n {2}→ take HOST=root@/);
    });

    it('does not take a private key for the public one', async () => {
      const { code, all } = await provision(host, 'root', `KEY=${host.key}`);
      assert.notEqual(code, 0);
      assert.match(all, /is a private key, which stays where it is/);
    });

    it('installs Docker and Compose, and makes a user who deploys and may not do anything else', async () => {
      const { code, all } = await provision(host, 'root');
      assert.equal(code, 0, all);
      assert.match(all, /Deploy to it: make deploy HOST=hermes@site/);
      assert.match(all, /who has its key can become root on the host/);
      assert.match(all, /No firewall bounds what comes in/);
      const { stdout } = await execa('ssh', [
        ...['-F', host.config, 'hermes@site'],
        'id -u; id -nG; docker --version; docker compose version --short; stat -c "%U %a" monitor-hermes',
      ]);
      const [uid, groups, engine, compose, folder] = stdout.split('\n');
      assert.notEqual(uid, '0');
      assert.equal(groups, 'hermes docker');
      assert.match(engine ?? '', /^Docker version (2[5-9]|[3-9]\d)\./);
      assert.match(compose ?? '', /^v?(2\.(2[4-9]|[3-9]\d)|[3-9])/);
      assert.equal(folder, 'hermes 750');
      const sudo = await execa('ssh', ['-F', host.config, 'hermes@site', 'sudo -n true'], { reject: false });
      assert(sudo.failed);
    });

    it('changes nothing the second time', async () => {
      const before = await traces(host);
      const { code, all } = await provision(host, 'root');
      assert.equal(code, 0, all);
      assert.match(all, /nothing to do: the host has everything/);
      assert.equal(await traces(host), before);
    });

    it('goes by sudo, too, and adds only what is missing', async () => {
      const { code, all } = await provision(host, 'ops', 'DEPLOY_USER=second', 'DEPLOY_PATH=/srv/second');
      assert.equal(code, 0, all);
      assert.doesNotMatch(all, /install Docker/);
      assert.match(await host.inside('id -nG second; stat -c %U /srv/second'), /^second docker\nsecond\n?$/);
    });
  });

  it('ends before it installs anything where the distribution is too old, and says so', async () => {
    const [host] = await Promise.all([BareHost.start('debian:bookworm-slim'), build()]);
    try {
      const before = await traces(host);
      const { code, all } = await provision(host, 'root');
      assert.notEqual(code, 0);
      assert.match(
        all,
        /this distribution has 20\.10\S* docker\.io, but 25\.0\.0 is the oldest that will do/,
      );
      assert.equal(await traces(host), before);
    } finally {
      await host.remove();
      await removeScratches();
    }
  });
});
