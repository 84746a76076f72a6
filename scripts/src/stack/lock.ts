import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import { isHeld, withFileLock } from '../file-lock.js';
import type { Project } from '../project.js';

export interface Patience {
  /** Milliseconds to wait for the other. */
  readonly limit?: number;
  /** Told once, when there is another to wait for. */
  say?(line: string): void;
}

const usualLimit = 120_000;

const lockOf = ({ state }: Project) => join(state, 'lock');

/**
 * Runs an action while no other process starts or stops the stack of this project.
 * @throws HermesError `stack-busy` when another one is at it for too long, `state-not-writable`
 */
export async function exclusively<T>(
  project: Project,
  action: () => Promise<T>,
  { limit = usualLimit, say }: Patience = {},
): Promise<T> {
  const lock = lockOf(project);
  const waiting = {
    limit,
    say: (pid: number | undefined) =>
      say?.(`another command (${naming(pid)}) starts or stops the stack: waiting for it`),
    busy: (pid: number | undefined) => busy(lock, pid),
  };
  try {
    mkdirSync(project.state, { recursive: true });
    return await withFileLock(lock, waiting, action);
  } catch (error) {
    throw isOfLock(error, project) ? notWritable(project, error) : error;
  }
}

/** Whether another process starts or stops the stack of this project now. */
export const isBusy = (project: Project): boolean => isHeld(lockOf(project));

const naming = (pid: number | undefined) => (pid === undefined ? 'of another host' : `pid ${pid}`);

/** Errors of the action are its own. */
function isOfLock(error: unknown, project: Project): error is NodeJS.ErrnoException {
  if (!(error instanceof Error && 'syscall' in error && 'path' in error)) return false;
  return error.path === project.state || String(error.path).startsWith(lockOf(project));
}

function busy(lock: string, pid: number | undefined): HermesError {
  return new HermesError(
    'stack-busy',
    `another command (${naming(pid)}) is starting or stopping the stack`,
    `wait for it to end; if there is none, delete ${lock}`,
  );
}

function notWritable({ root, state }: Project, { code }: NodeJS.ErrnoException): HermesError {
  const fix = `check that your user owns ${root}, and that the disk has room`;
  return new HermesError('state-not-writable', `${state} cannot be written (${code})`, fix);
}
