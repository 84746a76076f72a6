import { until } from '../../../../app/test/helpers/wait.js';
import type { OwnEngine } from '../../containers/helpers/own-engine.js';

/** Images that it needs. */
export const outsideImages = ['redis:7', 'mongo:6'];

/** A Redis and a MongoDB that are no part of a stack, on a network that it is told of (DOCKER_NETWORK). */
export class Outside {
  readonly network: string;
  readonly #engine: OwnEngine;

  private constructor(network: string, engine: OwnEngine) {
    this.network = network;
    this.#engine = engine;
  }

  static async start(name: string, engine: OwnEngine): Promise<Outside> {
    const outside = new Outside(`${name}-outside`, engine);
    await engine.docker('network', 'create', '--driver', 'overlay', '--attachable', outside.network);
    await Promise.all([
      outside.#run('redis', 'redis:7', 'redis-server', '--appendonly', 'yes', '--appendfsync', 'always'),
      outside.#run('mongo', 'mongo:6', 'mongod', '--bind_ip_all', '--wiredTigerCacheSizeGB', '0.25'),
    ]);
    await until(
      async () =>
        (await engine.docker('exec', 'redis', 'redis-cli', 'ping').catch(() => '')).includes('PONG'),
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

  #run(alias: string, image: string, ...command: string[]): Promise<string> {
    const place = ['--name', alias, '--network', this.network, '--network-alias', alias];
    return this.#engine.docker('run', '--detach', ...place, image, ...command);
  }
}
