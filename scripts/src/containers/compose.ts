import { execa, type Options } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import { composeArguments } from './plan.js';

/** Which stack a command of Compose is for. */
export interface ComposeStack {
  readonly files: readonly string[];
  /** File of the variables. */
  readonly variables: string;
}

/** Runs a command of Compose to its end, whatever that is. */
export function compose<const O extends Options>(stack: ComposeStack, args: readonly string[], options?: O) {
  return execa('docker', [...composeArguments(stack), ...args], {
    reject: false,
    ...(options?.stdio === undefined && { stdin: 'ignore' }),
    // What is set in the operator's shell would count more than the file.
    env: environment(),
    extendEnv: false,
    ...(options as O),
  });
}

/**
 * Starts a command of Compose that is talked with by its input and output, whatever their length. It does not get the
 * Ctrl-C of the terminal: whoever started it decides what becomes of it.
 */
export function converse(stack: ComposeStack, args: readonly string[]) {
  return execa('docker', [...composeArguments(stack), ...args], {
    reject: false,
    env: environment(),
    extendEnv: false,
    detached: true,
    stdin: 'pipe',
    stdout: 'pipe',
    buffer: { stdout: false },
  });
}

/** @throws HermesError `compose-failed` with what Compose says */
export async function composeOrThrow(
  stack: ComposeStack,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  const { failed, stdout, stderr } = await compose(stack, args, { ...(signal && { cancelSignal: signal }) });
  if (!failed) return String(stdout);
  signal?.throwIfAborted();
  throw new HermesError('compose-failed', lastWords(String(stderr)), 'see `make logs`');
}

/** Line that does the same by hand. */
export function commandLine(stack: ComposeStack, args: readonly string[]): string {
  return ['docker', ...composeArguments(stack), ...args].map(quoted).join(' ');
}

const quoted = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(HERMES|COMPOSE)_/.test(key)));
}

function lastWords(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return (
    lines.filter((line) => /error|failed|unhealthy|exited|cannot|invalid|denied/i.test(line)).at(-1) ??
    lines.filter(Boolean).at(-1) ??
    'no reason given'
  );
}
