import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { execaSync } from 'execa';
import { HermesError } from '../../../app/src/errors.js';

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, in whatever form the system tells it; only ever compared. */
  readonly started: string;
}

/** @returns undefined when there is no such process */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = hasProc ? startedByProc(pid) : ps('lstart=', pid);
  return started ? { pid, started } : undefined;
}

export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.started === process.started;
}

/**
 * Sends a signal, unless the process is gone or another one has its pid by now.
 * @throws HermesError `not-yours` where the process belongs to another user
 */
export function signal(target: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isAlive(target)) return;
  try {
    process.kill(target.pid, name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EPERM') throw notYours(target);
    if (code !== 'ESRCH') throw error;
  }
}

/**
 * What is left of the process group that a process led and that died with no time to end it. The number of a group is
 * not given to a new process for as long as the group has members, so these are no one else's.
 */
export function orphansOf(leader: ProcessIdentity): ProcessIdentity[] {
  return sameBoot(leader) && !identify(leader.pid) ? membersOf(leader) : [];
}

/** The other processes of the group that a process leads. */
export function membersOf({ pid: leader }: ProcessIdentity): ProcessIdentity[] {
  return processIds()
    .filter((pid) => pid !== leader && groupOf(pid) === leader)
    .map(identify)
    .filter((one) => one !== undefined);
}

/** The arguments of a process, or what it has put in their place; empty when it is gone. */
export function titleOf(pid: number): string {
  if (!hasProc) return ps('args=', pid) ?? '';
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

const hasProc = existsSync('/proc/self/stat');
/** A start counts in ticks since the boot, so it means nothing after another one. */
const boot = hasProc ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() : '';

const sameBoot = ({ started }: ProcessIdentity) => started.startsWith(boot);

function startedByProc(pid: number): string | undefined {
  const fields = statOf(pid);
  return fields && fields[0] !== 'Z' ? `${boot} ${fields[19]}` : undefined;
}

function groupOf(pid: number): number {
  return Number(hasProc ? statOf(pid)?.[2] : ps('pgid=', pid));
}

/** The fields of proc(5) from the third one on, the state: the name before it is in parentheses and may hold spaces. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function processIds(): number[] {
  const names = hasProc ? readdirSync('/proc') : execaSync('ps', ['-A', '-o', 'pid=']).stdout.split('\n');
  return names.map(Number).filter((pid) => pid > 0);
}

function ps(field: string, pid: number): string | undefined {
  const { stdout, failed } = execaSync('ps', ['-o', field, '-p', String(pid)], { reject: false });
  return failed ? undefined : String(stdout).trim();
}

function notYours({ pid }: ProcessIdentity): HermesError {
  return new HermesError(
    'not-yours',
    `process ${pid} of the stack belongs to another user`,
    'run this as the user who started it, such as: sudo make down',
  );
}
