import { execa } from 'execa';
import { HermesError } from '../../../app/src/errors.js';
import { lastLine } from '../last-line.js';

/** An engine that manages a swarm, on this host or behind a tunnel. */
export interface SwarmEngine {
  /** What points `docker` to it; empty for the one that plain `docker` asks. */
  readonly environment: Readonly<Record<string, string>>;
  /** Host or address at which its ports answer. */
  readonly address: string;
}

/** The engine that plain `docker` asks. */
export const localEngine: SwarmEngine = { environment: {}, address: '127.0.0.1' };

export interface Asking {
  /** Variables of stack files. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Sent to its standard input, which no process list shows. */
  readonly input?: string;
  /** Standard error is part of the answer: what tasks say comes by both. */
  readonly merged?: boolean;
}

/**
 * Asks an engine.
 * @returns what it answers
 * @throws HermesError `swarm-failed` with its last line
 */
export async function ask(
  { environment }: SwarmEngine,
  args: readonly string[],
  { variables, input = '', merged = false }: Asking = {},
): Promise<string> {
  const result = await execa('docker', args, {
    reject: false,
    input,
    all: merged,
    // What is set in the operator's shell would count for stack files, too.
    env: { ...withoutOurs(process.env), ...variables, ...environment },
    extendEnv: false,
  });
  if (!result.failed) return merged ? String(result.all) : result.stdout;
  const line = lastLine(result.stderr) || 'no reason given';
  throw new HermesError('swarm-failed', `docker ${args.slice(0, 2).join(' ')}: ${line}`);
}

/** One JSON object for each line of an answer. */
export async function askLines<T>(engine: SwarmEngine, args: readonly string[]): Promise<T[]> {
  const text = await ask(engine, [...args, '--format', '{{json .}}']);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([key]) => !/^HERMES_/.test(key)));
}
