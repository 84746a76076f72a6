import { Remote } from '../remote/remote.js';
import { afterFailure } from './after-failure.js';
import { warningsOf } from './check-look.js';
import { checkNames } from './check-names.js';
import * as commands from './commands.js';
import { looksText, planText } from './plan-text.js';
import { toPrune } from './prune.js';
import { putInOrder } from './put-in-order.js';
import { earlierRelease, newRelease } from './release-steps.js';
import type { Change, ChangeRequest } from './request.js';
import { rollOut } from './roll-out.js';
import { StepList, type Task } from './step-list.js';
import { UnderWay } from './under-way.js';

/**
 * Changes from the release that serves to another one, so that no client notices; what fails on the way leaves the host
 * as it was.
 * @throws HermesError that names the step and what was wrong
 */
export async function changeRelease(request: ChangeRequest, interrupted: AbortSignal): Promise<Change> {
  const remote = await Remote.connect({ host: request.host, config: request.config });
  try {
    const change = new UnderWay(request, remote, interrupted);
    const list = new StepList();
    await list.run([look(change)]);
    const { current: from } = change.found;
    if (request.dryRun)
      return { release: change.id, from, steps: [], text: planText(change.found, request, change.id) };
    try {
      await list.run(touching(change));
    } catch (error) {
      throw await afterFailure(change, list.steps.at(-1)?.title ?? '', error);
    } finally {
      await change.unlock();
    }
    return { release: change.id, from: change.plan?.from?.id, steps: list.steps };
  } finally {
    await remote.close();
  }
}

/** Refuses what cannot be, and says what the operator should know; nothing is touched. */
const look = (change: UnderWay): Task => ({
  title: 'Look',
  task: async (_, task) => {
    const found = await change.look();
    const { DOMAIN } = change.settings.settings;
    const lines = [...warningsOf(found), ...(await checkNames(DOMAIN, found.addresses))];
    for (const line of lines) process.stderr.write(`${line}\n`);
    task.title = `Look: ${looksText(found)}`;
  },
});

function touching(change: UnderWay): Task[] {
  const { deploy } = change.request;
  return [
    {
      title: 'Lock',
      task: async () => {
        await change.lock();
        // What was found may have changed until the lock was ours.
        await change.look();
      },
    },
    {
      title: 'Put in order what is left of an earlier one',
      skip: () => change.found.journal === undefined,
      task: async (_, task) => {
        const { journal, releases } = change.found;
        if (journal) task.title = await putInOrder(change.host, journal, releases);
        await change.look();
      },
    },
    ...(deploy ? newRelease(change, deploy) : [earlierRelease(change)]),
    ...rollOut(() => change.planned).map(
      ({ name, title, run }): Task => ({
        title,
        task: async (_, task) => {
          await change.begin(name);
          // From the drain on, the way leads on only.
          const host = name === 'drain' || name === 'record' ? change.host.unhurried() : change.host;
          task.title = `${title}: ${await run(host)}`;
          if (name !== 'record') return;
          await change.end();
          await prune(change);
        },
      }),
    ),
  ];
}

/** It is in nobody's way if this fails. */
async function prune({ planned, found, host }: UnderWay): Promise<void> {
  const { release, from } = planned;
  const others = found.releases.filter(({ id }) => id !== release.id);
  const going = toPrune([...others, release], [release.id, from?.id]);
  await host.step(commands.prune(found.root, going)).catch(() => {});
}
