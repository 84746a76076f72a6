import * as commands from './commands.js';
import type { Host } from './host.js';
import { type Journal, recoveryOf } from './journal.js';
import type { Release } from './release.js';

/**
 * Puts a host in order where a deploy failed or was killed: the release before serves again as if nothing had been, or,
 * once its drain has begun, the new one serves alone.
 * @param releases those that are there, whole or not
 * @returns what became of it, in a line for the operator
 */
export async function putInOrder(
  host: Host,
  journal: Journal,
  releases: readonly Release[],
): Promise<string> {
  const { root } = host;
  const { project, release: id, from: oldId } = journal;
  const fresh = { id, project };
  const old = releases.find((one) => one.id === oldId);
  const recovery = recoveryOf(journal);
  const forget = async () => {
    await host.step(commands.removeGate(root, fresh));
    if (old) await host.step(`${commands.stop(fresh)}\n${commands.removeApp(fresh)}`);
    else await host.step(commands.removeSite(fresh));
    if (journal.what === 'deploy') await host.step(commands.removeFolder(root, fresh));
  };
  if (recovery === 'finish') {
    if (oldId)
      await host.step(
        `${commands.stop({ id: oldId, project })}\n${commands.removeApp({ id: oldId, project })}`,
      );
    await host.step(commands.record(root, id, oldId, journal.what === 'deploy'));
  } else {
    if (recovery === 'switch-back' && old) {
      const same = releases.find((one) => one.id === id)?.proxy === old.proxy;
      await host.step(commands.lead(root, old, same));
      await host.step(commands.siteUp(root, old));
    }
    await forget();
  }
  const result = recovery === 'finish' ? 'finished' : 'undone';
  const { what, by, since } = journal;
  const entry = {
    at: new Date().toISOString(),
    by,
    what,
    release: id,
    from: oldId,
    result,
    step: journal.step,
    since,
  };
  await host.step(`${commands.audit(root, entry)}\n${commands.journal(root, undefined)}`);
  if (recovery === 'finish') return `${id} serves, and what it replaced has left`;
  return old
    ? `${old.id} serves as before; nothing is left of ${id}`
    : `nothing is left of ${id}; nothing served before`;
}
