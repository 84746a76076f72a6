import { setTimeout as delay } from 'node:timers/promises';
import { HermesError } from '../../../app/src/errors.js';
import { isAlive, orphansOf, type ProcessIdentity, signal } from './process-identity.js';

/** Milliseconds between two looks at a process that is to end. */
const pollInterval = 25;
/** Milliseconds for the kernel to take away what was killed. */
const killGrace = 5_000;

/**
 * Asks a process to end, and makes it when it has not within its grace time.
 * @param grace milliseconds
 * @throws HermesError `not-yours`, or `not-stopped` where even a kill does not end it
 */
export async function endProcess(one: ProcessIdentity, name: NodeJS.Signals, grace: number): Promise<void> {
  signal(one, name);
  if (await isGone(one, grace)) return;
  signal(one, 'SIGKILL');
  if (await isGone(one, killGrace)) return;
  const fix = 'it hangs in the kernel, on a file system that does not answer perhaps';
  throw new HermesError('not-stopped', `process ${one.pid} does not end`, fix);
}

/** Ends what a process left behind when it was killed: nginx's workers, say, which go on listening. */
export async function endOrphans(leader: ProcessIdentity, grace: number): Promise<void> {
  await Promise.all(orphansOf(leader).map((one) => endProcess(one, 'SIGTERM', grace)));
}

async function isGone(one: ProcessIdentity, patience: number): Promise<boolean> {
  const deadline = Date.now() + patience;
  while (isAlive(one)) {
    if (Date.now() > deadline) return false;
    await delay(pollInterval);
  }
  return true;
}
