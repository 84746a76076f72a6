import type { SettingKey, Settings } from '../../../app/src/settings/table.js';
import type { Project } from '../project.js';
import { isRunning, readState, type StackState } from './state.js';

/** Settings that say where a stack answers and with which certificate. None is a secret. */
const keys = [
  'PROXY',
  'TLS',
  'DOMAIN',
  'HTTP_PORT',
  'HTTPS_PORT',
  'APP_PORT',
  'APP_BIND',
  'SSL_KEYFILE',
  'SSL_CERTFILE',
] as const satisfies SettingKey[];

export type Served = Pick<Settings, (typeof keys)[number]>;

export interface InEffect {
  readonly settings: Settings;
  /** Of what runs; undefined when nothing does. */
  readonly state?: StackState;
  /** Settings that have changed since the start: `KEY=value` as it runs, and as it would be started now. */
  readonly changed: readonly { readonly runs: string; readonly now: string }[];
}

export function servedOf(settings: Settings): Served {
  return Object.fromEntries(keys.map((key) => [key, settings[key]])) as Served;
}

/**
 * The settings with those of the running stack in place: it may have been started with variables on the command line,
 * which nobody gives again to look at it.
 */
export function inEffect(project: Project, settings: Settings): InEffect {
  const state = readState(project);
  if (!isRunning(state)) return { settings, changed: [] };
  const { served } = state;
  const changed = keys
    .filter((key) => String(served[key] ?? '') !== String(settings[key] ?? ''))
    .map((key) => ({ runs: `${key}=${served[key] ?? ''}`, now: `${key}=${settings[key] ?? ''}` }));
  return { settings: { ...settings, ...served }, state, changed };
}
