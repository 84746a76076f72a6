import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { HermesError } from '../../app/src/errors.js';
import { identify, isAlive, type ProcessIdentity } from './stack/process-identity.js';

/** Who holds a lock. */
interface Owner extends ProcessIdentity {
  /** Absent in what was left before locks told it. */
  readonly host?: string;
}

export interface Waiting {
  /** Milliseconds to wait for the other. */
  readonly limit: number;
  /** Told once, when there is another to wait for. @param pid of the other */
  say?(pid: number | undefined): void;
  /** What to throw when it takes too long. */
  busy(pid: number | undefined): HermesError;
}

const interval = 25;
/** Milliseconds after which the lock of another host, or container, counts as left behind: whether it lives cannot be seen. */
const staleAfter = 60_000;

/**
 * Runs an action while no other process holds the same lock. What a process that died has left is taken over.
 * @param lock path of a file in a folder that is there
 * @throws what `busy` makes, and errors of the file system as they are
 */
export async function withFileLock<T>(lock: string, waiting: Waiting, action: () => Promise<T>): Promise<T> {
  await acquire(lock, waiting);
  try {
    return await action();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Whether a living process of this host holds a lock now. */
export function isHeld(lock: string): boolean {
  const owner = ownerOf(lock);
  return owner !== undefined && isHere(owner) && isAlive(owner);
}

const isHere = ({ host = hostname() }: Owner) => host === hostname();

async function acquire(lock: string, { limit, say, busy }: Waiting): Promise<void> {
  const deadline = Date.now() + limit;
  let told = false;
  while (!take(lock)) {
    if (isLeft(lock)) breakLeft(lock);
    else if (Date.now() > deadline) throw busy(ownerOf(lock)?.pid);
    else {
      if (!told) say?.(ownerOf(lock)?.pid);
      told = true;
      await pause(interval);
    }
  }
}

/** A link appears with its content in one step, and only where there is none. */
function take(lock: string): boolean {
  const beside = `${lock}.${randomUUID()}`;
  try {
    const owner = { host: hostname(), ...identify(process.pid) };
    writeFileSync(beside, JSON.stringify(owner), { mode: 0o644 });
    linkSync(beside, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(beside, { force: true });
  }
}

/** Only one may remove what was left: a second one would remove the lock that the first then took. */
function breakLeft(lock: string): void {
  const breaker = `${lock}.broken`;
  if (isLeft(breaker)) rmSync(breaker, { force: true });
  if (!take(breaker)) return;
  try {
    if (isLeft(lock)) rmSync(lock, { force: true });
  } finally {
    rmSync(breaker, { force: true });
  }
}

function isLeft(lock: string): boolean {
  const written = statSync(lock, { throwIfNoEntry: false });
  if (!written) return false;
  const owner = ownerOf(lock);
  if (owner && isHere(owner)) return !isAlive(owner);
  return Date.now() - written.mtimeMs > staleAfter;
}

function ownerOf(lock: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(lock, 'utf8'));
  } catch {
    return undefined;
  }
}
