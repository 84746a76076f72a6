import { until } from '../../../../app/test/helpers/wait.js';
import { docker } from '../../compose/helpers/docker.js';

/** A Redis and a MongoDB that are no part of a stack, on a network that it is told of (DOCKER_NETWORK). */
export class Outside {
  readonly network: string;

  private constructor(network: string) {
    this.network = network;
  }

  static async start(name: string): Promise<Outside> {
    const outside = new Outside(`${name}-outside`);
    await docker('network', 'create', '--driver', 'overlay', '--attachable', outside.network);
    await Promise.all([
      outside.#run('redis', 'redis:7', 'redis-server', '--appendonly', 'yes', '--appendfsync', 'always'),
      outside.#run('mongo', 'mongo:6', 'mongod', '--bind_ip_all', '--wiredTigerCacheSizeGB', '0.25'),
    ]);
    await until(
      async () =>
        (await docker('exec', outside.#nameOf('redis'), 'redis-cli', 'ping').catch(() => '')).includes(
          'PONG',
        ),
      () => 'a Redis that answers',
      60_000,
      200,
    );
    return outside;
  }

  /** Settings that lead there. */
  get settings() {
    return {
      DOCKER_NETWORK: this.network,
      REDIS_URL: 'redis://redis:6379',
      MONGO_URI: 'mongodb://mongo:27017/hermes',
    };
  }

  async stop(): Promise<void> {
    await docker('rm', '--force', '--volumes', this.#nameOf('redis'), this.#nameOf('mongo'));
    await until(
      () =>
        docker('network', 'rm', this.network).then(
          () => true,
          () => false,
        ),
      () => `a free network ${this.network}`,
      30_000,
      500,
    );
  }

  #run(alias: string, image: string, ...command: string[]): Promise<string> {
    const name = ['--name', this.#nameOf(alias)];
    return docker(
      'run',
      '--detach',
      ...name,
      '--network',
      this.network,
      '--network-alias',
      alias,
      image,
      ...command,
    );
  }

  readonly #nameOf = (alias: string) => `${this.network}-${alias}`;
}
