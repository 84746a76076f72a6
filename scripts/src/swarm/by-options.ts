import { hostname, userInfo } from 'node:os';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { wantedImage } from '../deploy/image.js';
import { interruption } from '../interruption.js';
import { operatorSettings } from '../operator-settings.js';
import { projectAt } from '../project.js';
import { releaseToSwarm, rollBackSwarm } from './release.js';

/** Options of `hermes deploy` and `hermes rollback`, as far as a swarm has a use for them. */
export interface SwarmOptions {
  /** A manager; absent: the engine of this host is one. */
  readonly host?: string;
  readonly ref?: string;
  readonly image?: string;
  readonly to?: string;
  readonly dryRun?: boolean;
}

const told = 'interrupted; what ran before is brought back';

/** `hermes deploy ENGINE=swarm`. Settings and secrets are those of this host. */
export async function releaseByOptions({ host, dryRun = false, ...what }: SwarmOptions): Promise<void> {
  const project = projectAt();
  const loaded = operatorSettings(project);
  const interrupted = interruption(told);
  const wanted = await wantedImage(projectRoot, what);
  const by = `${userInfo().username}@${hostname()}`;
  await releaseToSwarm({ project, loaded, host, wanted, by, dryRun, interrupted });
}

/** `hermes rollback ENGINE=swarm`. */
export async function rollBackByOptions({ host, to, dryRun = false }: SwarmOptions): Promise<void> {
  const project = projectAt();
  const loaded = operatorSettings(project);
  await rollBackSwarm({ project, loaded, host, to, dryRun, interrupted: interruption(told) });
}
