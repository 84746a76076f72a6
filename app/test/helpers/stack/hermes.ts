import { join } from 'node:path';
import { execa } from 'execa';
import { projectRoot } from '../../../src/settings/project-root.js';
import { table } from '../../../src/settings/table.js';

export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  /** Both outputs, as an operator sees them. */
  readonly all: string;
}

/** What of `hermes status --json` the tests use. */
export interface Status {
  /** `wss://host:port` */
  readonly url: string;
  readonly processes: Readonly<Record<string, { readonly pid: number }>>;
}

/** Asks `hermes status`, whose exit status says besides whether the stack is ready. */
export async function readStatus(environment: Readonly<Record<string, string>>): Promise<Status> {
  const { stdout, all } = await hermes(environment, ['status', '--json']);
  if (stdout.startsWith('{')) return JSON.parse(stdout);
  throw new Error(`\`hermes status --json\` gave no JSON:\n${all}`);
}

/**
 * Runs a verb of the command line, as an operator would.
 * @param environment settings; those of the shell that runs the tests do not count
 */
export async function hermes(
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<Run> {
  const inherited = Object.entries(process.env).filter(([key]) => !(key in table));
  const { exitCode, stdout, all } = await execa(
    process.execPath,
    [join(projectRoot, 'scripts/hermes.js'), ...args],
    {
      env: { ...Object.fromEntries(inherited), ENGINE: 'native', ...environment },
      extendEnv: false,
      reject: false,
      all: true,
    },
  );
  return { exitCode: exitCode ?? -1, stdout, all };
}
