import { ask, askLines, type SwarmEngine } from './engine.js';
import type { SwarmPlan } from './plan.js';

/** `docker stack rm` takes away what has it. */
const stackLabel = 'com.docker.stack.namespace';

interface Kept {
  readonly ID: string;
  readonly Name: string;
}

/** Gives the swarm the secrets that it does not have yet. Their values go through standard input alone. */
export async function giveSecrets(engine: SwarmEngine, { name, secrets }: SwarmPlan): Promise<void> {
  const there = await kept(engine, 'secret', name);
  for (const [id, { value }] of Object.entries(secrets)) {
    if (there.some(({ Name }) => Name === id)) continue;
    const label = ['--label', `${stackLabel}=${name}`];
    await ask(engine, ['secret', 'create', ...label, id, '-'], { input: value });
  }
}

/**
 * Takes away secrets and configuration of earlier releases. Those of the one before stay: a rollback needs them.
 * @param inUse ids that the services refer to, before the update and after it
 */
export async function forgetOld(
  engine: SwarmEngine,
  stack: string,
  inUse: ReadonlySet<string>,
): Promise<void> {
  // One that is still mounted by a task that ends is refused, and goes with the next release.
  for (const kind of ['secret', 'config'] as const)
    for (const { ID } of await kept(engine, kind, stack))
      if (!inUse.has(ID)) await ask(engine, [kind, 'rm', ID]).catch(() => {});
}

function kept(engine: SwarmEngine, kind: 'secret' | 'config', stack: string): Promise<Kept[]> {
  return askLines(engine, [kind, 'ls', '--filter', `label=${stackLabel}=${stack}`]);
}
