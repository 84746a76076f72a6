import type { Settings } from '../../../app/src/settings/table.js';
import { renewalRuns } from '../containers/renewal-service.js';
import type { Renewer } from '../renewal/outlook.js';
import { isInContainers, isInside, type Running } from './in-effect.js';
import { isAlive } from './process-identity.js';

/** Who renews the certificate in use. @param running undefined when nothing does */
export async function renewerOf(
  settings: Pick<Settings, 'TLS'>,
  running: Running | undefined,
): Promise<Renewer> {
  if (settings.TLS === 'files')
    return { by: 'operator', takesOver: !isInContainers(running) && !isInside(running) };
  if (running === undefined) return { by: 'stack' };
  // Docker starts again what dies.
  if (isInside(running)) return { by: 'stack', runningSince: new Date(running.startedAt) };
  const identity = isInContainers(running) ? undefined : running.processes.renewal?.identity;
  const runs = isInContainers(running) ? await renewalRuns(settings, running) : identity && isAlive(identity);
  return { by: 'stack', ...(runs && { runningSince: new Date(running.startedAt) }) };
}
