import { HermesError } from '../../../app/src/errors.js';
import { quoted } from '../remote/quoted.js';
import type { Remote } from '../remote/remote.js';
import { type Facts, factsIn, lookScript } from './look.js';
import { type ProvisionPlan, planProvision } from './plan.js';
import type { Wanted } from './wanted.js';

export interface Provisioning {
  readonly wanted: Wanted;
  /** Only tell what would be done. */
  readonly dryRun: boolean;
  readonly interrupted: AbortSignal;
  readonly say: (line: string) => void;
}

/**
 * Gives a host what a deploy needs, and nothing that it has already.
 * @throws HermesError `not-root`, `system-unknown`, `remote-failed` with what a step says, `provision-incomplete`
 */
export async function provision(
  remote: Remote,
  { wanted, dryRun, interrupted, say }: Provisioning,
): Promise<ProvisionPlan> {
  const asRoot = await rootOn(remote);
  const look = async (): Promise<Facts> =>
    factsIn(await remote.text(asRoot(lookScript(wanted)), { signal: interrupted }));
  const plan = planProvision(await look(), wanted);
  for (const { title, script } of plan.actions) {
    say(dryRun ? `would ${title}` : `${title} …`);
    if (!dryRun) await remote.text(asRoot(script), { signal: interrupted });
  }
  if (plan.actions.length === 0) say('nothing to do: the host has everything');
  if (dryRun || plan.actions.length === 0) return plan;
  const [left] = planProvision(await look(), wanted).actions;
  if (!left) return plan;
  throw new HermesError('provision-incomplete', `every step went well, but it is still to do: ${left.title}`);
}

/** What turns a script into one that root runs. @throws HermesError `not-root` */
async function rootOn(remote: Remote): Promise<(script: string) => string> {
  const { stdout } = await remote.run('id -u; sudo -n true 2>/dev/null && echo sudo || true');
  const [uid, sudo] = stdout.trim().split('\n');
  if (uid === '0') return (script) => script;
  if (sudo === 'sudo') return (script) => `exec sudo -n sh -euc ${quoted(script)}`;
  throw new HermesError(
    'not-root',
    `${remote.host} is not root there, and sudo asks for a password`,
    'take HOST=root@…, or a user whom sudo lets through without one',
  );
}
