import { HermesError, messageOf } from '../../../app/src/errors.js';
import * as commands from './commands.js';
import { putInOrder } from './put-in-order.js';
import type { UnderWay } from './under-way.js';

/**
 * Puts the host in order after a step that failed, and shows what the new instances had to say.
 * @param step its title
 * @returns what to tell the operator: what failed, and what could be done about it
 */
export async function afterFailure(change: UnderWay, step: string, error: unknown): Promise<unknown> {
  const { journal, id, project, plan, found } = change;
  if (!journal || !change.inHand) return error;
  const host = change.host.unhurried();
  if (!change.interrupted.aborted) {
    const lines = await host.step(commands.lastLogs({ id, project })).catch(() => '');
    if (lines.trim() !== '') process.stderr.write(`${lines.trim()}\n`);
  }
  const releases = [...found.releases, ...(plan ? [plan.release] : [])];
  const after = await putInOrder(host, journal, releases).catch(
    (fault: unknown) => `it could not be put in order either: ${messageOf(fault)}; run this again`,
  );
  return new HermesError('deploy-failed', `${step || journal.step}: ${messageOf(error)}`, after);
}
