import { setTimeout as delay } from 'node:timers/promises';
import { open, type RootDatabase } from 'lmdb';
import { HermesError, messageOf } from '../errors.js';

/**
 * Opens an LMDB environment, and makes its folder when it is missing.
 * @throws HermesError `data-unavailable`
 */
export function openEnvironment<V = unknown>(path: string): RootDatabase<V, string> {
  try {
    return open<V, string>({ path, maxDbs: 8 });
  } catch (error) {
    throw new HermesError(
      'data-unavailable',
      `the folder ${path} cannot be used: ${messageOf(error)}`,
      'set DATA_DIR to a folder that this user may write',
    );
  }
}

/** Closes an environment that nobody reads or writes any more. */
export async function closeEnvironment(root: RootDatabase): Promise<void> {
  // lmdb 3.5 ends its read transaction in a timer of 0 ms. If the environment is closed by then, the timer throws,
  // where nobody can catch it; a timer of ours that was set later fires later.
  await delay(1);
  await root.close();
}
