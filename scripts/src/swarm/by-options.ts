import { projectRoot } from '../../../app/src/settings/project-root.js';
import { wantedImage } from '../deploy/image.js';
import { interruption } from '../interruption.js';
import { operatorSettings, quietSettings } from '../operator-settings.js';
import { projectAt } from '../project.js';
import { releaseToSwarm } from './release.js';

/** Options of `hermes deploy`, as far as a swarm has a use for them. */
export interface SwarmOptions {
  /** A manager; absent: the engine of this host is one. */
  readonly host?: string;
  readonly ref?: string;
  readonly image?: string;
  readonly dryRun?: boolean;
}

export const isForSwarm = (): boolean => quietSettings(projectAt()).settings.ENGINE === 'swarm';

/** `hermes deploy ENGINE=swarm`. Settings and secrets are those of this host. */
export async function releaseByOptions({ host, dryRun = false, ...what }: SwarmOptions): Promise<void> {
  const project = projectAt();
  const loaded = operatorSettings(project);
  const interrupted = interruption('interrupted; what ran before is brought back');
  const wanted = await wantedImage(projectRoot, what);
  await releaseToSwarm({ project, loaded, host, wanted, dryRun, interrupted });
}
