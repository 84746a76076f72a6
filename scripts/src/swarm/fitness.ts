import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import type { Secrets } from '../containers/app-settings.js';

/**
 * Refuses settings that several machines cannot serve.
 * @throws HermesError `swarm-services`, `swarm-shares-nothing`, `swarm-proxy`, `swarm-challenge` or `swarm-certs`
 */
export function assertFitForSwarm(settings: Settings, { BUS_URL, MONGO_URI }: Secrets): void {
  const { SERVICES = [], PROXY, TLS } = settings;
  if (SERVICES.length > 0)
    throw new HermesError(
      'swarm-services',
      `SERVICES=${SERVICES.join()} would tie the data to the one node that runs it`,
      'run them outside of the swarm, and give BUS_URL (or REDIS_URL) and MONGO_URI',
    );
  // Even one instance: the new one starts before the old one ends.
  if (!BUS_URL || !MONGO_URI)
    throw new HermesError(
      'swarm-shares-nothing',
      `ENGINE=swarm needs a Redis and a MongoDB outside; ${BUS_URL ? 'MONGO_URI' : 'BUS_URL'} is not set`,
      'give BUS_URL (or REDIS_URL) and MONGO_URI',
    );
  if (PROXY !== 'nginx')
    throw new HermesError(
      'swarm-proxy',
      `PROXY=${PROXY} cannot be had with ENGINE=swarm: only Nginx takes up a renewed certificate by itself`,
      'set PROXY=nginx',
    );
  if (TLS === 'letsencrypt' && settings.ACME_CHALLENGE !== 'dns-01')
    throw new HermesError(
      'swarm-challenge',
      `with several nodes, the CA asks any of them, so ACME_CHALLENGE=${settings.ACME_CHALLENGE} cannot be answered`,
      'set ACME_CHALLENGE=dns-01, and renew where SWARM_CERTS can be written',
    );
  if (TLS === 'letsencrypt' && !settings.SWARM_CERTS)
    throw new HermesError(
      'swarm-certs',
      'no node of a swarm obtains certificates: they come from where they are renewed',
      'set SWARM_CERTS, to the `certs` folder of this host if it is the only node',
    );
}
