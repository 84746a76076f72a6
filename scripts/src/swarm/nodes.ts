import { HermesError } from '../../../app/src/errors.js';
import { ask, type SwarmEngine } from './engine.js';

interface Info {
  readonly Swarm: { readonly ControlAvailable: boolean; readonly Nodes?: number };
}

/**
 * Number of nodes of the swarm that an engine manages.
 * @throws HermesError `no-swarm`
 */
export async function nodesOf(engine: SwarmEngine): Promise<number> {
  const { Swarm }: Info = JSON.parse(await ask(engine, ['info', '--format', '{{json .}}']));
  if (Swarm.ControlAvailable) return Swarm.Nodes ?? 1;
  throw new HermesError(
    'no-swarm',
    'the Docker engine manages no swarm',
    'make it one with `docker swarm init`, or give HOST=, a manager',
  );
}

/** A name with a registry can be fetched by every node; another one is known to the engine alone that has it. */
export const hasRegistry = (image: string) => /^[^/]*[.:][^/]*\/|^localhost\//.test(image);

/** @throws HermesError `swarm-no-registry` */
export function assertReachable(image: string, nodes: number): void {
  if (nodes === 1 || hasRegistry(image)) return;
  throw new HermesError(
    'swarm-no-registry',
    `the ${nodes} nodes cannot get the image ${image}: its name has no registry`,
    'give a registry that every node may read',
  );
}

/** @throws HermesError `swarm-certs` */
export function assertShared(source: string | undefined, nodes: number, here: boolean): void {
  if (source !== undefined || (nodes === 1 && here)) return;
  throw new HermesError(
    'swarm-certs',
    `${nodes === 1 ? 'the node' : `${nodes} nodes`} cannot read certificates from the disk of this host`,
    'set SWARM_CERTS to a folder that every node has, or to nfs://SERVER/EXPORT',
  );
}
