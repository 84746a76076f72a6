import type { Settings } from '../../../app/src/settings/table.js';
import type { Renewer } from '../renewal/outlook.js';
import { isAlive } from './process-identity.js';
import type { StackState } from './state.js';

/** Who renews the certificate in use. @param state undefined when nothing runs */
export function renewerOf({ TLS }: Pick<Settings, 'TLS'>, state: StackState | undefined): Renewer {
  if (TLS === 'files') return { by: 'operator' };
  const identity = state?.processes.renewal?.identity;
  const runs = state && identity && isAlive(identity);
  return { by: 'stack', ...(runs && { runningSince: new Date(state.startedAt) }) };
}
