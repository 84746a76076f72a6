import assert from 'node:assert/strict';
import { makeEnvFile } from '../../../src/env-file/generate.js';
import { projectAt } from '../../../src/project.js';
import type { Run } from '../../commands/helpers/run.js';
import { removeScratches } from '../../commands/helpers/scratch.js';
import { ContainerStack } from '../../compose/helpers/container-stack.js';
import type { Container } from '../../compose/helpers/docker.js';
import { image } from '../../compose/helpers/engine.js';
import { Registry } from '../../deploy/helpers/registry.js';
import { Outside } from './outside.js';
import { TestSwarm } from './swarm.js';
import { throughNode } from './through-node.js';

/** A swarm, what is outside of it, a registry that its nodes read, and an operator who deploys there by ssh. */
export class SiteOnSwarm {
  readonly swarm: TestSwarm;
  readonly stack: ContainerStack;
  /** The app's image at the manager, under the name that it was built with. */
  readonly built: string;
  readonly #registry: Registry;

  private constructor(swarm: TestSwarm, registry: Registry, stack: ContainerStack, built: string) {
    this.swarm = swarm;
    this.#registry = registry;
    this.stack = stack;
    this.built = built;
  }

  static async begin(nodes: number): Promise<SiteOnSwarm> {
    const built = await image();
    const swarm = await TestSwarm.begin(nodes);
    const registry = await Registry.start(swarm.network.host);
    await swarm.manager.load(built);
    const stack = await ContainerStack.prepare({ ENGINE: 'swarm', APP_REPLICAS: '2', DRAIN_SECONDS: '3' });
    const { root, environment } = stack.one;
    const { settings } = await Outside.start(stack.name, swarm.manager);
    const certificates = { SWARM_CERTS: `${root}/certs` };
    Object.assign(environment, settings, certificates, { SSH_CONFIG: swarm.sshd.config });
    await makeEnvFile(projectAt(root).envFile);
    const site = new SiteOnSwarm(swarm, registry, stack, built);
    await site.renew();
    return site;
  }

  /** Pushes the app's image under another tag. @returns a name that every node can fetch */
  async release(tag: string, image = this.built): Promise<string> {
    const { manager } = this.swarm;
    const name = `${this.#registry.host}/monitor-hermes:${tag}`;
    await manager.docker('tag', image, name);
    await manager.docker('push', '--quiet', name);
    await manager.docker('rmi', name);
    return name;
  }

  /** Runs a target of the menu for the manager. */
  make(...words: string[]): Promise<Run> {
    return this.stack.make(...words, `HOST=${this.swarm.sshd.host}`);
  }

  /** The same, which must succeed. @returns what it printed */
  async made(...words: string[]): Promise<string> {
    const { code, all } = await this.make(...words);
    assert.equal(code, 0, all);
    return all;
  }

  /** Another certificate, where the nodes find it. */
  async renew(...words: string[]): Promise<void> {
    const { code, all } = await this.stack.one.hermes('renew', ...words);
    assert.equal(code, 0, all);
  }

  /** The containers of a service, node by node. */
  containers(service: string): Promise<Container[][]> {
    const filter = ['--filter', `label=com.docker.swarm.service.name=${this.stack.name}_${service}`];
    return Promise.all(
      this.swarm.nodes.map(async (node) =>
        node.inspect(await node.lines('ps', '--quiet', '--no-trunc', ...filter)),
      ),
    );
  }

  /** What its nodes lead to. */
  get ways() {
    return this.swarm.nodes.map((node) => throughNode(this.stack, node));
  }

  async end(): Promise<void> {
    await this.swarm.end();
    await this.#registry.remove();
    await removeScratches();
  }
}
