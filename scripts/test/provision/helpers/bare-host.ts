import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { until } from '../../../../app/test/helpers/wait.js';
import { docker } from '../../compose/helpers/docker.js';

/** As a provider hands it over: a system, an sshd, and a key of root's. `ops` may use sudo without a password. */
const recipe = (base: string) => `
FROM ${base}
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends openssh-server sudo \\
    && rm -rf /var/lib/apt/lists/* && mkdir -p /run/sshd
RUN useradd --create-home --password '*' ops && useradd --create-home --password '*' guest \\
    && echo 'ops ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/ops
CMD ["/usr/sbin/sshd", "-D", "-e"]
`;

/** A host in a container, with a real sshd, that has nothing yet. */
export class BareHost {
  readonly name = `hermes-test-bare-${randomUUID().slice(0, 8)}`;
  /** Folder of keys and of the configuration of ssh. */
  readonly folder = mkdtempSync(join(tmpdir(), 'hermes-bare-'));
  readonly key = join(this.folder, 'key');
  readonly config = join(this.folder, 'ssh_config');

  /** @param options of `docker run` */
  static async start(base: string, ...options: string[]): Promise<BareHost> {
    const host = new BareHost();
    await execa('docker', ['build', '--quiet', '--tag', host.name, '-'], { input: recipe(base) });
    const publish = ['--publish', '127.0.0.1::22'];
    await docker('run', '--detach', '--init', '--name', host.name, ...publish, ...options, host.name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'deploy@test', '-f', host.key]);
    for (const user of ['root', 'ops', 'guest']) await host.#letIn(user);
    await host.#writeConfig();
    await until(
      async () => !(await execa('ssh', ['-F', host.config, 'root@site', 'true'], { reject: false })).failed,
      () => 'an sshd that answers',
      60_000,
      200,
    );
    return host;
  }

  /** Runs a script of `sh` in it as root, not by ssh. @returns what it prints */
  inside(script: string): Promise<string> {
    return docker('exec', this.name, 'sh', '-ec', script);
  }

  async remove(): Promise<void> {
    await docker('rm', '--force', '--volumes', this.name).catch(() => {});
    await docker('rmi', this.name).catch(() => {});
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #letIn(user: string): Promise<void> {
    const key = readFileSync(`${this.key}.pub`, 'utf8').trim();
    await this.inside(`home=$(getent passwd ${user} | cut -d: -f6)
install -d -m 0700 -o ${user} $home/.ssh
echo '${key}' > $home/.ssh/authorized_keys
chown ${user} $home/.ssh/authorized_keys`);
  }

  async #writeConfig(): Promise<void> {
    const address = (await docker('port', this.name, '22')).trim().split('\n')[0] ?? '';
    const port = address.split(':').at(-1);
    const [kind, key] = (await this.inside('cat /etc/ssh/ssh_host_ed25519_key.pub')).split(' ');
    const known = join(this.folder, 'known_hosts');
    writeFileSync(known, `[127.0.0.1]:${port} ${kind} ${key}\n`);
    const options = {
      HostName: '127.0.0.1',
      Port: port,
      IdentityFile: this.key,
      IdentitiesOnly: 'yes',
      IdentityAgent: 'none',
      UserKnownHostsFile: known,
      GlobalKnownHostsFile: '/dev/null',
    };
    const lines = Object.entries(options).map(([name, value]) => `  ${name} ${value}`);
    writeFileSync(this.config, `Host site\n${lines.join('\n')}\n`);
  }
}
