import type { Loaded } from '../../../app/src/settings/load.js';
import type { Wanted } from '../deploy/image.js';
import { targetIn } from '../deploy/target.js';
import type { Project } from '../project.js';
import { changeSwarm } from './change.js';
import { stepsOf } from './deploy-steps.js';
import { releasesOf, servingOf } from './releases.js';
import { rollbackSteps } from './rollback-steps.js';
import { servicesOf } from './services.js';
import { tellSwarm } from './tell.js';
import { withEngine } from './with-engine.js';

export interface SwarmRelease {
  readonly project: Project;
  readonly loaded: Loaded;
  /** A manager, as HOST names it; absent: the engine of this host is one. */
  readonly host?: string | undefined;
  /** Image of the app. */
  readonly wanted: Wanted;
  /** Who asks. */
  readonly by: string;
  /** Only look, and print what would be done. */
  readonly dryRun?: boolean;
  readonly interrupted: AbortSignal;
}

/**
 * `make deploy ENGINE=swarm [HOST=manager]`.
 * @throws HermesError why it failed; what ran before runs
 */
export async function releaseToSwarm({ host, dryRun, ...given }: SwarmRelease): Promise<void> {
  const { SSH_CONFIG: config } = given.loaded.settings;
  await withEngine({ host, config }, async (engine) => {
    const deployment = { ...given, engine };
    if (dryRun) return tellSwarm(deployment);
    return changeSwarm(deployment, stepsOf(deployment));
  });
}

export interface SwarmRollback extends Omit<SwarmRelease, 'wanted' | 'by'> {
  /** The release; absent: the one before. */
  readonly to?: string | undefined;
}

/**
 * `make rollback ENGINE=swarm [HOST=manager] [TO=release]`, by the road of a deploy.
 * @throws HermesError why it failed; what ran before runs
 */
export async function rollBackSwarm({ host, to, dryRun, ...given }: SwarmRollback): Promise<void> {
  const { SSH_CONFIG: config, COMPOSE_PROJECT: stack } = given.loaded.settings;
  await withEngine({ host, config }, async (engine) => {
    const changing = { ...given, engine };
    if (!dryRun) return changeSwarm(changing, rollbackSteps(changing, to));
    const serving = servingOf(await servicesOf(engine, stack));
    const { id, image } = targetIn(await releasesOf(engine, stack), serving, to, 'ENGINE=swarm HOST=…');
    process.stdout.write(`now   ${serving.current}\nthen  ${id}, ${image}\n`);
  });
}
