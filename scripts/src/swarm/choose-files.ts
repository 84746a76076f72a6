import type { Settings } from '../../../app/src/settings/table.js';

type Choices = Pick<Settings, 'TLS' | 'SWARM_CERTS' | 'DOCKER_NETWORK'>;

/** The stack files for these settings, in their order. */
export function chooseSwarmFiles({ TLS, SWARM_CERTS, DOCKER_NETWORK }: Choices): string[] {
  const certificates = SWARM_CERTS?.startsWith('nfs:') ? 'swarm-certs-nfs' : 'swarm-certs-folder';
  return ['swarm', 'swarm-nginx', TLS !== 'off' && certificates, DOCKER_NETWORK && 'swarm-network-external']
    .filter((name) => typeof name === 'string' && name !== '')
    .map((name) => `${name}.yaml`);
}
