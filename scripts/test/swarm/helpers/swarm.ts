import { proxyImage } from '../../../src/swarm/stack-files.js';
import { OwnEngine } from '../../containers/helpers/own-engine.js';
import { OwnNetwork } from '../../containers/helpers/own-network.js';
import { type Sshd, startSshd } from '../../remote/helpers/sshd.js';
import { outsideImages } from './outside.js';

/** A swarm of engines of their own, each on a machine of its own, with a way in to its manager by ssh. */
export class TestSwarm {
  readonly network: OwnNetwork;
  readonly nodes: readonly OwnEngine[];
  readonly manager: OwnEngine;
  readonly sshd: Sshd;

  private constructor(network: OwnNetwork, nodes: readonly OwnEngine[], manager: OwnEngine, sshd: Sshd) {
    this.network = network;
    this.nodes = nodes;
    this.manager = manager;
    this.sshd = sshd;
  }

  /** @param count of nodes, one of which is a manager */
  static async begin(count: number): Promise<TestSwarm> {
    const network = await OwnNetwork.make();
    // Registries of tests have no certificate.
    const args = ['--insecure-registry', `${network.host}/24`];
    const start = (images: readonly string[]) => OwnEngine.start({ network, images, args });
    const manager = await start([proxyImage(), ...outsideImages]);
    const workers = await Promise.all(Array.from({ length: count - 1 }, () => start([proxyImage()])));
    const nodes = [manager, ...workers];
    try {
      await manager.docker('swarm', 'init', ...addresses(manager));
      const token = await manager.docker('swarm', 'join-token', '--quiet', 'worker');
      for (const worker of workers)
        await worker.docker(
          ...['swarm', 'join', '--token', token, ...addresses(worker), `${manager.address}:2377`],
        );
      const sshd = await startSshd({
        address: manager.address,
        through: manager.machine.onNetwork,
        environment: manager.environment,
      });
      return new TestSwarm(network, nodes, manager, sshd);
    } catch (error) {
      await end(nodes, network);
      throw error;
    }
  }

  async end(): Promise<void> {
    await this.sshd.server.stop();
    await end(this.nodes, this.network);
  }
}

const addresses = ({ address }: OwnEngine) => ['--advertise-addr', address, '--listen-addr', address];

async function end(nodes: readonly OwnEngine[], network: OwnNetwork): Promise<void> {
  await Promise.all(nodes.map((node) => node.end()));
  await network.end();
}
