import { HermesError } from '../../../app/src/errors.js';
import { ask, type SwarmEngine } from './engine.js';

/** A machine of a swarm. */
export interface Node {
  readonly name: string;
  /** At which its ports answer. */
  readonly address: string;
  /** Whether it takes tasks, as far as the manager knows. */
  readonly ready: boolean;
  /** Such as `ready`, `down` or `ready, drained`. */
  readonly state: string;
  readonly role: 'manager' | 'worker';
  /** Whether it is the one that was asked. */
  readonly asked: boolean;
}

interface Info {
  readonly Swarm: { readonly ControlAvailable: boolean; readonly NodeID: string };
}

interface Inspected {
  readonly ID: string;
  readonly Spec: { readonly Availability: string; readonly Role: Node['role'] };
  readonly Description: { readonly Hostname: string };
  readonly Status: { readonly State: string; readonly Addr: string };
}

/**
 * The id of the node that an engine is, which has to be a manager.
 * @throws HermesError `no-swarm`
 */
export async function managerOf(engine: SwarmEngine): Promise<string> {
  const { Swarm }: Info = JSON.parse(await ask(engine, ['info', '--format', '{{json .}}']));
  if (Swarm.ControlAvailable) return Swarm.NodeID;
  throw new HermesError(
    'no-swarm',
    'the Docker engine manages no swarm',
    'make it one with `docker swarm init`, or give HOST=, a manager',
  );
}

/**
 * The nodes of the swarm that an engine manages, the one that was asked first.
 * @throws HermesError `no-swarm`
 */
export async function nodesOf(engine: SwarmEngine): Promise<Node[]> {
  const own = await managerOf(engine);
  const ids = (await ask(engine, ['node', 'ls', '--quiet'])).split('\n').filter(Boolean);
  const nodes: Inspected[] = JSON.parse(await ask(engine, ['node', 'inspect', ...ids]));
  return nodes
    .map(({ ID, Spec, Description, Status }) => ({
      name: Description.Hostname,
      // How a node calls itself need not be how this host reaches it.
      address: ID === own ? engine.address : Status.Addr,
      ready: Status.State === 'ready' && Spec.Availability === 'active',
      state: Spec.Availability === 'active' ? Status.State : `${Status.State}, ${Spec.Availability}`,
      role: Spec.Role,
      asked: ID === own,
    }))
    .sort((a, b) => Number(b.asked) - Number(a.asked) || a.address.localeCompare(b.address));
}

/** A name with a registry can be fetched by every node; another one is known to the engine alone that has it. */
export const hasRegistry = (image: string) => /^[^/]*[.:][^/]*\/|^localhost\//.test(image);

/** @param nodes how many @throws HermesError `swarm-no-registry` */
export function assertReachable(image: string, nodes: number): void {
  if (nodes === 1 || hasRegistry(image)) return;
  throw new HermesError(
    'swarm-no-registry',
    `the ${nodes} nodes cannot get the image ${image}: its name has no registry`,
    'give a registry that every node may read',
  );
}

/** @param nodes how many @throws HermesError `swarm-certs` */
export function assertShared(source: string | undefined, nodes: number, here: boolean): void {
  if (source !== undefined || (nodes === 1 && here)) return;
  throw new HermesError(
    'swarm-certs',
    `${nodes === 1 ? 'the node' : `${nodes} nodes`} cannot read certificates from the disk of this host`,
    'set SWARM_CERTS to a folder that every node has, or to nfs://SERVER/EXPORT',
  );
}
