import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { until, within } from '../../../../app/test/helpers/wait.js';

/** Kinds of namespaces, as options of `unshare` and of `nsenter`. */
const kinds = ['--net', '--mount', '--pid'] as const;

/**
 * What the first process does: it shows the network's own devices below /sys, and then waits for the end of its input,
 * which comes when this process ends, and takes leave of orphans meanwhile.
 */
const ownDevices = `
mount --rbind /sys/fs/cgroup /mnt
mount -t sysfs sysfs /sys
mount --rbind /mnt /sys/fs/cgroup
umount -l /mnt`;

/**
 * Namespaces of a machine of its own: network, mounts and processes. They end with this process, whatever ends it, and
 * with them all that runs, is mounted or is set in them.
 */
export class Namespaces {
  readonly #keeper: ChildProcess;
  /** Their first process, as this host numbers it. */
  readonly pid: number;

  private constructor(keeper: ChildProcess, pid: number) {
    this.#keeper = keeper;
    this.pid = pid;
  }

  /** @param outer others, whose mounts these begin with; absent: those of this host */
  static async make(outer?: Namespaces): Promise<Namespaces> {
    const first = ['sh', '-ec', `${ownDevices}\necho ready; cat > /dev/null; exit`];
    const options = ['--fork', '--mount-proc', '--kill-child'];
    const entering = outer ? ['nsenter', '--target', String(outer.pid), '--mount', '--'] : [];
    const [program = '', ...args] = [...entering, 'unshare', ...kinds, ...options, ...first];
    const keeper = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    keeper.stderr.on('data', (text) => {
      said += text;
    });
    await within(
      Promise.race([
        once(keeper.stdout, 'data'),
        once(keeper, 'exit').then(() => Promise.reject(new Error(`unshare gave up: ${said}`))),
      ]),
      'namespaces of their own',
    );
    const pid = childOf(keeper.pid ?? 0);
    if (pid === undefined) throw new Error('the namespaces have no first process');
    return new Namespaces(keeper, pid);
  }

  /** The command line that runs another one in them. */
  entering(...command: string[]): [string, ...string[]] {
    return ['nsenter', '--target', String(this.pid), ...kinds, '--', ...command];
  }

  /** The same for a server that only has to be on their network; signals reach it as they would here. */
  get onNetwork(): string[] {
    return ['nsenter', '--target', String(this.pid), '--net', '--'];
  }

  /** Runs a command in them to its end. @returns what it prints @throws what it says */
  async run(...command: string[]): Promise<string> {
    const [program, ...args] = this.entering(...command);
    return (await execa(program, args, { stdin: 'ignore' })).stdout;
  }

  /** Ends all that runs in them, at once. */
  async end(): Promise<void> {
    if (this.#keeper.exitCode !== null || this.#keeper.signalCode !== null) return;
    const ended = once(this.#keeper, 'exit');
    process.kill(this.pid, 'SIGKILL');
    await within(ended, 'the end of the namespaces');
    await until(
      () => !isThere(this.pid),
      () => 'the end of the first process of the namespaces',
    );
  }
}

/** The child of a process that has one. */
export function childOf(pid: number): number | undefined {
  try {
    const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
    return first ? Number(first) : undefined;
  } catch {
    return undefined;
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
