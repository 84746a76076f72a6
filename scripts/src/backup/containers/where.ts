import type { Loaded } from '../../../../app/src/settings/load.js';
import { chooseEngine } from '../../containers/choose-engine.js';
import { isUsable } from '../../containers/docker.js';
import { readContainers } from '../../containers/state.js';
import type { Project } from '../../project.js';
import { isRunning, readState } from '../../stack/state.js';
import { ContainerSession, hasVolume, keepers } from './session.js';

/**
 * The containers that have what a backup needs: those that run, or those of which only the volumes are there.
 * @returns undefined where the stack does without containers
 * @throws HermesError those of `ContainerSession.prepare`
 */
export async function containersToBackUp(
  project: Project,
  loaded: Loaded,
  { signal, say }: { readonly signal: AbortSignal; say(line: string): void },
): Promise<ContainerSession | undefined> {
  const state = readContainers(project);
  if (state) return ContainerSession.join(state, signal);
  const { ENGINE, COMPOSE_PROJECT: name, SERVICES = [] } = loaded.settings;
  if (ENGINE === 'native' || isRunning(readState(project)) || !(await isUsable())) return undefined;
  if (!(await hasVolume(name, 'data'))) return undefined;
  for (const keeper of keepers)
    if (!SERVICES.includes(keeper) && (await hasVolume(name, keeper)))
      say(`the volume ${name}_${keeper} is there, but SERVICES does not name ${keeper}: it is left out`);
  return ContainerSession.prepare(project, loaded, signal);
}

/** The containers that a restore has to put its parts into: those of the engine with which `make up` would start. */
export async function containersToRestore(
  project: Project,
  loaded: Loaded,
  signal: AbortSignal,
): Promise<ContainerSession | undefined> {
  const state = readContainers(project);
  if (state) return ContainerSession.join(state, signal);
  const engine = await chooseEngine(project, loaded.settings);
  return engine === 'docker' ? ContainerSession.prepare(project, loaded, signal) : undefined;
}
