import { setTimeout as delay } from 'node:timers/promises';
import { open, type RootDatabase } from 'lmdb';
import { HermesError, messageOf } from '../errors.js';

/**
 * Opens an LMDB environment, and makes its folder when it is missing.
 * @throws HermesError `data-unavailable`, or `data-in-use` when another process has it open
 */
export function openEnvironment<V = unknown>(path: string): RootDatabase<V, string> {
  const root = openOrExplain<V>(path);
  const other = otherReader(root);
  if (other === undefined) return root;
  void root.close();
  throw new HermesError(
    'data-in-use',
    `the folder ${path} is in use by the process ${other}`,
    'stop that one, or set DATA_DIR to another folder; REDIS_URL lets several share the work',
  );
}

function openOrExplain<V>(path: string): RootDatabase<V, string> {
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

/**
 * The pid of another process that has the environment open. LMDB lets several in, but each of ours would give out ids
 * of its own. The table of readers is LMDB's: the system tells it which of them have died.
 */
function otherReader(root: RootDatabase<unknown, string>): number | undefined {
  // From its first read on a process is in the table.
  root.get('');
  root.readerCheck();
  const pids = [...root.readerList().matchAll(/^ *(\d+) /gm)].map(([, pid]) => Number(pid));
  return pids.find((pid) => pid !== process.pid);
}

/** Closes an environment that nobody reads or writes any more. */
export async function closeEnvironment(root: RootDatabase): Promise<void> {
  // lmdb 3.5 ends its read transaction in a timer of 0 ms. If the environment is closed by then, the timer throws,
  // where nobody can catch it; a timer of ours that was set later fires later.
  await delay(1);
  await root.close();
}

/**
 * Copies an environment as it is at one moment, also while another process has it open and writes.
 * @param target folder that is there, and empty
 * @throws HermesError `data-unavailable`
 */
export async function copyEnvironment(path: string, target: string): Promise<void> {
  let root: RootDatabase | undefined;
  try {
    root = open({ path, readOnly: true, maxDbs: 8 });
    await root.backup(target, true);
  } catch (error) {
    throw new HermesError(
      'data-unavailable',
      `the folder ${path} cannot be copied: ${messageOf(error)}`,
      'see that the disk has room, and that this user may read the folder',
    );
  } finally {
    if (root) await closeEnvironment(root);
  }
}
