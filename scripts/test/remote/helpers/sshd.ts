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
  /** Private key of who may come in; the public one is beside it, with `.pub`. */
  readonly key: string;
  /** A further one, that differs in some options. */
  configWith(options: Readonly<Record<string, string | number>>): string;
  /** Gives the server another host key; it counts once the server was started again. */
  changeHostKey(): void;
}

const host = 'site';

/** Where it listens, if not on the loopback of this host. */
export interface SshdPlace {
  readonly address: string;
  /** Command that runs another one there. */
  readonly through: readonly string[];
  /** What who comes in has in its environment. */
  readonly environment: Readonly<Record<string, string>>;
}

export async function startSshd({ address, through, environment }: SshdPlace = loopback): Promise<Sshd> {
  const program = findExecutable(tools.sshd.command, tools.sshd.paths);
  if (!program) throw new Error('there is no sshd; install openssh-server');
  // Where it leaves its privileges; init systems make it.
  if (process.getuid?.() === 0 && !existsSync('/run/sshd')) mkdirSync('/run/sshd', { mode: 0o755 });
  const server = await startServer('ssh', { host: address }, (port, dir) => {
    for (const name of ['host', 'user', 'stranger']) makeKey(join(dir, name));
    writeFileSync(join(dir, 'authorized_keys'), readFileSync(join(dir, 'user.pub')), { mode: 0o600 });
    const lines = [
      `Port ${port}`,
      `ListenAddress ${address}`,
      `HostKey ${join(dir, 'host')}`,
      // The second is for users who were let in by `make provision`.
      `AuthorizedKeysFile ${join(dir, 'authorized_keys')} .ssh/authorized_keys`,
      `PidFile ${join(dir, 'sshd.pid')}`,
      // The folder of the keys is below one that everybody may write in.
      'StrictModes no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      'UsePAM no',
      ...Object.entries(environment).map(([name, value]) => `SetEnv ${name}=${value}`),
    ];
    writeFileSync(join(dir, 'sshd_config'), `${lines.join('\n')}\n`);
    const [first = program, ...args] = [...through, program, '-D', '-e', '-f', join(dir, 'sshd_config')];
    return { program: first, args };
  });
  const { dir, port } = server;
  const key = readFileSync(join(dir, 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  writeFileSync(join(dir, 'known_hosts'), `[${address}]:${port} ${key}\n`);
  let configurations = 0;
  const configWith: Sshd['configWith'] = (options) => {
    configurations += 1;
    const all = {
      HostName: address,
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
    key: join(dir, 'user'),
    configWith,
    changeHostKey: () => makeKey(join(dir, 'host')),
  };
}

const loopback: SshdPlace = { address: '127.0.0.1', through: [], environment: {} };

function makeKey(path: string): void {
  // ssh-keygen asks before it writes over a key.
  rmSync(path, { force: true });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', path]);
}
