import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { findExecutable } from '../../../src/packages/find.js';
import { tools } from '../../../src/packages/tools.js';
import { type ServerProcess, startServer } from '../../../src/servers/server-process.js';

/** A real sshd on a port of this host, with keys of its own, and a way in for the user of this process. */
export interface Sshd {
  readonly server: ServerProcess;
  /** A name of `config`, for HOST. */
  readonly host: string;
  /** The configuration file of who may come in, for SSH_CONFIG. */
  readonly config: string;
  /** A further one, that differs in some options. */
  configWith(options: Readonly<Record<string, string | number>>): string;
  /** Gives the server another host key; it counts once the server was started again. */
  changeHostKey(): void;
}

const host = 'site';

export async function startSshd(): Promise<Sshd> {
  const program = findExecutable(tools.sshd.command, tools.sshd.paths);
  if (!program) throw new Error('there is no sshd; install openssh-server');
  // Where it leaves its privileges; init systems make it.
  if (process.getuid?.() === 0 && !existsSync('/run/sshd')) mkdirSync('/run/sshd', { mode: 0o755 });
  const server = await startServer('ssh', {}, (port, dir) => {
    for (const name of ['host', 'user', 'stranger']) makeKey(join(dir, name));
    writeFileSync(join(dir, 'authorized_keys'), readFileSync(join(dir, 'user.pub')), { mode: 0o600 });
    const lines = [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${join(dir, 'host')}`,
      `AuthorizedKeysFile ${join(dir, 'authorized_keys')}`,
      `PidFile ${join(dir, 'sshd.pid')}`,
      // The folder of the keys is below one that everybody may write in.
      'StrictModes no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      'UsePAM no',
    ];
    writeFileSync(join(dir, 'sshd_config'), `${lines.join('\n')}\n`);
    return { program, args: ['-D', '-e', '-f', join(dir, 'sshd_config')] };
  });
  const { dir, port } = server;
  const key = readFileSync(join(dir, 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  writeFileSync(join(dir, 'known_hosts'), `[127.0.0.1]:${port} ${key}\n`);
  let configurations = 0;
  const configWith: Sshd['configWith'] = (options) => {
    configurations += 1;
    const all = {
      HostName: '127.0.0.1',
      Port: port,
      User: userInfo().username,
      IdentityFile: join(dir, 'user'),
      IdentitiesOnly: 'yes',
      IdentityAgent: 'none',
      UserKnownHostsFile: join(dir, 'known_hosts'),
      GlobalKnownHostsFile: '/dev/null',
      ...options,
    };
    const file = join(dir, `ssh_config-${configurations}`);
    const lines = Object.entries(all).map(([name, value]) => `  ${name} ${value}`);
    writeFileSync(file, `Host ${host}\n${lines.join('\n')}\n`);
    return file;
  };
  return {
    server,
    host,
    config: configWith({}),
    configWith,
    changeHostKey: () => makeKey(join(dir, 'host')),
  };
}

function makeKey(path: string): void {
  // ssh-keygen asks before it writes over a key.
  rmSync(path, { force: true });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', path]);
}
