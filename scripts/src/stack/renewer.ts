import type { Settings } from '../../../app/src/settings/table.js';
import type { Renewer } from '../renewal/outlook.js';
import { isInContainers, type Running } from './in-effect.js';
import { isAlive } from './process-identity.js';

/** Who renews the certificate in use. @param running undefined when nothing does */
export function renewerOf({ TLS }: Pick<Settings, 'TLS'>, running: Running | undefined): Renewer {
  if (TLS === 'files') return { by: 'operator' };
  if (running === undefined || isInContainers(running)) return { by: 'stack' };
  const identity = running.processes.renewal?.identity;
  const runs = identity && isAlive(identity);
  return { by: 'stack', ...(runs && { runningSince: new Date(running.startedAt) }) };
}
