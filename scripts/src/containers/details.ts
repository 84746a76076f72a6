import { execa } from 'execa';
import { lastLine } from '../last-line.js';

/** What Docker knows of a container, besides what Compose lists. */
export interface Details {
  /** How often it was started again. */
  readonly restarts: number;
  /** Last line of what its last health check said; empty where there is none. */
  readonly said: string;
}

interface Inspected {
  readonly Name: string;
  readonly RestartCount: number;
  readonly State: { readonly Health?: { readonly Log?: readonly { readonly Output: string }[] | null } };
}

/** By the name of the container; one that has gone meanwhile is left out. */
export async function inspectContainers(names: readonly string[]): Promise<Record<string, Details>> {
  if (names.length === 0) return {};
  const args = ['inspect', '--type', 'container', ...names];
  const { stdout } = await execa('docker', args, { reject: false, stdin: 'ignore' });
  const found: readonly Inspected[] = JSON.parse(stdout || '[]');
  return Object.fromEntries(found.map((one) => [one.Name.replace(/^\//, ''), detailsOf(one)]));
}

function detailsOf({ RestartCount, State }: Inspected): Details {
  const last = State.Health?.Log?.at(-1)?.Output ?? '';
  return { restarts: RestartCount, said: lastLine(last) };
}
