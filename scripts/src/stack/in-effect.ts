import type { Loaded } from '../../../app/src/settings/load.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { type Inside, insideOf } from '../containers/seen-from-inside.js';
import { type ContainerState, readContainers } from '../containers/state.js';
import type { Project } from '../project.js';
import { servedKeys } from './served.js';
import { isRunning, readState, type StackState } from './state.js';

/** What was started: processes of this host, or containers; or the containers, seen from one of them. */
export type Running = StackState | ContainerState | Inside;

/** Whether it runs in containers. */
export const isInContainers = (running: Running | undefined): running is ContainerState =>
  running !== undefined && 'files' in running;

/** Whether this process is in one of its containers. */
export const isInside = (running: Running | undefined): running is Inside =>
  running !== undefined && 'seenFrom' in running;

export interface InEffect {
  readonly settings: Settings;
  /** What runs; undefined when nothing does. */
  readonly running?: Running;
  /** Settings that have changed since the start: `KEY=value` as it runs, and as it would be started now. */
  readonly changed: readonly { readonly runs: string; readonly now: string }[];
}

/**
 * The same, but what was given on the command line of this very run counts, where it concerns how a certificate is
 * obtained: such as `make renew ACME_PREFLIGHT=false`. Where the stack answers cannot be changed by a renewal.
 */
export function inEffectFor(project: Project, { settings, origin }: Loaded): InEffect {
  const effect = inEffect(project, settings);
  const given = servedKeys.filter((key) => key.startsWith('ACME_') && origin[key] === 'command line');
  const own = Object.fromEntries(given.map((key) => [key, settings[key]]));
  return { ...effect, settings: { ...effect.settings, ...own } };
}

/** Of the same, what a renewal in its container can be told; the paths are those of this host. */
export function givenForRenewal({ raw, origin }: Loaded): Record<string, string> {
  const given = servedKeys.filter(
    (key) => key.startsWith('ACME_') && origin[key] === 'command line' && !pathKeys.includes(key),
  );
  return Object.fromEntries(given.map((key) => [key, raw[key]]));
}

const pathKeys: readonly string[] = ['ACME_CA_BUNDLE', 'ACME_DNS_CREDENTIALS'];

/**
 * The settings with those of the running stack in place: it may have been started with variables on the command line,
 * which nobody gives again to look at it.
 */
export function inEffect(project: Project, settings: Settings): InEffect {
  const inside = insideOf(process.env);
  if (inside) return { settings, running: inside, changed: [] };
  const state = readState(project);
  const running = readContainers(project) ?? (isRunning(state) ? state : undefined);
  if (!running) return { settings, changed: [] };
  const { served } = running;
  const changed = servedKeys
    .filter((key) => String(served[key] ?? '') !== String(settings[key] ?? ''))
    .map((key) => ({ runs: `${key}=${served[key] ?? ''}`, now: `${key}=${settings[key] ?? ''}` }));
  const ENGINE = isInContainers(running) ? 'docker' : 'native';
  return { settings: { ...settings, ...served, ENGINE }, running, changed };
}
