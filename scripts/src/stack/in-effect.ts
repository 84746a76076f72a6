import type { Settings } from '../../../app/src/settings/table.js';
import type { Project } from '../project.js';
import { servedKeys } from './served.js';
import { isRunning, readState, type StackState } from './state.js';

export interface InEffect {
  readonly settings: Settings;
  /** Of what runs; undefined when nothing does. */
  readonly state?: StackState;
  /** Settings that have changed since the start: `KEY=value` as it runs, and as it would be started now. */
  readonly changed: readonly { readonly runs: string; readonly now: string }[];
}

/**
 * The settings with those of the running stack in place: it may have been started with variables on the command line,
 * which nobody gives again to look at it.
 */
export function inEffect(project: Project, settings: Settings): InEffect {
  const state = readState(project);
  if (!isRunning(state)) return { settings, changed: [] };
  const { served } = state;
  const changed = servedKeys
    .filter((key) => String(served[key] ?? '') !== String(settings[key] ?? ''))
    .map((key) => ({ runs: `${key}=${served[key] ?? ''}`, now: `${key}=${settings[key] ?? ''}` }));
  return { settings: { ...settings, ...served }, state, changed };
}
