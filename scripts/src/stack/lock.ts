import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HermesError } from '../../../app/src/errors.js';
import type { Project } from '../project.js';
import { identify, isAlive, type ProcessIdentity } from './process-identity.js';

export interface Patience {
  /** Milliseconds to wait for the other. */
  readonly limit?: number;
  /** Told once, when there is another to wait for. */
  say?(line: string): void;
}

const usualLimit = 120_000;
const pollInterval = 50;

/**
 * Runs an action while no other process starts or stops the stack of this project.
 * @throws HermesError `stack-busy` when another one is at it for too long, `state-not-writable`
 */
export async function exclusively<T>(
  project: Project,
  action: () => Promise<T>,
  patience: Patience = {},
): Promise<T> {
  const lock = join(project.state, 'lock');
  await acquire(project, lock, patience);
  try {
    return await action();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Whether another process starts or stops the stack of this project now. */
export function isBusy(project: Project): boolean {
  const owner = ownerOf(join(project.state, 'lock'));
  return owner !== undefined && isAlive(owner);
}

async function acquire(project: Project, lock: string, { limit = usualLimit, say }: Patience): Promise<void> {
  const deadline = Date.now() + limit;
  let told = false;
  while (!take(project, lock)) {
    const owner = ownerOf(lock);
    if (owner && !isAlive(owner)) breakStale(project, lock);
    else if (Date.now() > deadline) throw busy(lock, owner);
    else {
      if (owner && !told)
        say?.(`another command (pid ${owner.pid}) starts or stops the stack: waiting for it`);
      told ||= owner !== undefined;
      await delay(pollInterval);
    }
  }
}

/** A link appears with its content in one step, and only where there is none. */
function take(project: Project, lock: string): boolean {
  const beside = `${lock}.${randomUUID()}`;
  try {
    mkdirSync(project.state, { recursive: true });
    writeFileSync(beside, JSON.stringify(identify(process.pid)));
  } catch (error) {
    throw notWritable(project, error);
  }
  try {
    linkSync(beside, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw notWritable(project, error);
  } finally {
    rmSync(beside, { force: true });
  }
}

/** Only one may remove the lock of a dead process: a second one would remove the lock that the first then took. */
function breakStale(project: Project, lock: string): void {
  const breaker = `${lock}.broken`;
  const other = ownerOf(breaker);
  if (other && !isAlive(other)) rmSync(breaker, { force: true });
  if (!take(project, breaker)) return;
  try {
    const owner = ownerOf(lock);
    if (owner && !isAlive(owner)) rmSync(lock, { force: true });
  } finally {
    rmSync(breaker, { force: true });
  }
}

function ownerOf(lock: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(lock, 'utf8'));
  } catch {
    return undefined;
  }
}

function busy(lock: string, owner: ProcessIdentity | undefined): HermesError {
  return new HermesError(
    'stack-busy',
    `another command${owner ? ` (pid ${owner.pid})` : ''} is starting or stopping the stack`,
    `wait for it to end; if there is none, delete ${lock}`,
  );
}

function notWritable({ root, state }: Project, error: unknown): HermesError {
  const { code } = error as NodeJS.ErrnoException;
  const fix = `check that your user owns ${root}, and that the disk has room`;
  return new HermesError('state-not-writable', `${state} cannot be written (${code})`, fix);
}
