import { freePorts } from '../../../../app/test/helpers/stack/free-ports.js';
import { until } from '../../../../app/test/helpers/wait.js';
import { docker, lines } from '../../compose/helpers/docker.js';

/** Network between a node's overlays and the host; the engine makes it with the swarm, and leaves it. */
const gateway = 'docker_gwbridge';

/** The engine of this host as the only node of a swarm, for the time of a test. */
export class TestSwarm {
  readonly #made: boolean;
  readonly #hadGateway: boolean;

  private constructor(made: boolean, hadGateway: boolean) {
    this.#made = made;
    this.#hadGateway = hadGateway;
  }

  /** One that is there is used, and stays. */
  static async begin(): Promise<TestSwarm> {
    const hadGateway = (await networks()).includes(gateway);
    const state = (await docker('info', '--format', '{{.Swarm.LocalNodeState}}')).trim();
    if (state === 'active') return new TestSwarm(false, hadGateway);
    const { swarm } = await freePorts('swarm');
    const addresses = ['--advertise-addr', '127.0.0.1', '--listen-addr', `127.0.0.1:${swarm}`];
    await docker('swarm', 'init', ...addresses);
    return new TestSwarm(true, hadGateway);
  }

  /** Leaves the engine as it was found. */
  async end(): Promise<void> {
    if (!this.#made) return;
    await docker('swarm', 'leave', '--force');
    if (!this.#hadGateway && (await networks()).includes(gateway)) await docker('network', 'rm', gateway);
  }
}

/** Takes a stack away, and waits until the last of its containers has gone. */
export async function removeStack(name: string): Promise<void> {
  await docker('stack', 'rm', name);
  const label = `label=com.docker.stack.namespace=${name}`;
  await until(
    async () => {
      const ids = await lines('ps', '--all', '--quiet', '--filter', label);
      if (ids.length > 0) await docker('rm', '--force', '--volumes', ...ids).catch(() => {});
      return ids.length === 0 && (await lines('network', 'ls', '--quiet', '--filter', label)).length === 0;
    },
    () => `the end of the stack ${name}`,
    90_000,
    500,
  );
}

const networks = () => lines('network', 'ls', '--format', '{{.Name}}');
