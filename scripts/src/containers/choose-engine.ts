import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import type { Project } from '../project.js';
import { isRunning, readState } from '../stack/state.js';
import { isUsable } from './docker.js';
import { readContainers } from './state.js';

export type Engine = 'docker' | 'native';

/** What holds the stack of this project now; undefined when nothing was started. */
export function engineInUse(project: Project): Engine | undefined {
  if (readContainers(project)) return 'docker';
  return isRunning(readState(project)) ? 'native' : undefined;
}

/**
 * The engine to start with. `auto` stays with what runs; else it takes containers where they can be had.
 * @throws HermesError `other-engine`, `engine-not-here`
 */
export async function chooseEngine(project: Project, { ENGINE }: Pick<Settings, 'ENGINE'>): Promise<Engine> {
  if (ENGINE === 'swarm')
    throw new HermesError(
      'engine-not-here',
      'ENGINE=swarm is for `make deploy`, and not for what runs on this host alone',
      'run `make deploy ENGINE=swarm`, or take ENGINE=docker',
    );
  const used = engineInUse(project);
  if (ENGINE === 'auto') return used ?? ((await isUsable()) ? 'docker' : 'native');
  if (used === undefined || used === ENGINE) return ENGINE;
  const what = used === 'docker' ? 'in containers' : 'without containers';
  throw new HermesError(
    'other-engine',
    `the stack of this project runs ${what} already`,
    'stop it first: make down',
  );
}
