import { join } from 'node:path';
import { execa } from 'execa';
import { projectRoot } from '../../../../app/src/settings/project-root.js';
import { table } from '../../../../app/src/settings/table.js';

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, as an operator sees them. */
  readonly all: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The command line as `npx hermes` starts it. */
export const hermes: readonly string[] = [process.execPath, join(projectRoot, 'scripts/hermes.js')];

/**
 * Runs a command to its end. What the shell that runs the tests has set does not count.
 * @param environment on top of that shell's; undefined takes a variable away
 */
export async function run(command: readonly string[], environment: Environment, cwd?: string): Promise<Run> {
  const [file = '', ...args] = command;
  const { exitCode, stdout, stderr, all, shortMessage } = await execa(file, args, {
    // An engine for containers may answer on this machine; who tests that one says so.
    env: { ...inherited(), ENGINE: 'native', ...environment } as NodeJS.ProcessEnv,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    all: true,
    ...(cwd && { cwd }),
  });
  return {
    code: exitCode ?? -1,
    stdout,
    stderr,
    all: exitCode === undefined ? `${all}${shortMessage}` : all,
  };
}

/** `command` as the user `nobody`, a member of some more groups. Only root can become another user; the others are unprivileged already. */
export function unprivileged(command: readonly string[], groups: readonly number[] = []): readonly string[] {
  if (process.getuid?.() !== 0) return command;
  const others = groups.length > 0 ? `--groups=${groups.join(',')}` : '--clear-groups';
  return ['setpriv', '--reuid=nobody', '--regid=nogroup', others, ...command];
}

function inherited(): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(
    ([key]) => !(key in table) && !/^(MAKE|MFLAGS|HERMES_)/.test(key),
  );
  return Object.fromEntries(kept);
}
