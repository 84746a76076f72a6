import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { ask } from '../test/helpers/answer.js';
import { startRedis } from '../test/helpers/servers/redis.js';
import type { ServerProcess } from '../test/helpers/servers/server-process.js';
import { bringUp, takeDown } from '../test/helpers/stack/bring-up.js';
import { leaks, traces } from '../test/helpers/stack/leaks.js';
import { Stack } from '../test/helpers/stack/stack.js';
import type { NativeWay } from '../test/helpers/stack/ways.js';
import { profiles } from './profiles.js';
import type { ContractSite, Need, Way } from './way.js';

const offers: readonly Need[] = ['settings', 'addresses', 'metrics', 'logs', 'restart', 'renew', 'operator'];

/** A way whose sites are started here, as processes, with the command line. */
export function onThisHost(native: NativeWay): Way {
  const way: Way = {
    name: native.name,
    proxied: native.proxied,
    // Several processes need something in front that leads to them.
    offers: native.proxied ? [...offers, 'replicas'] : offers,
    open: async (profile) => {
      const redis = profile === 'replicas' ? await startRedis() : undefined;
      const settings = { ...profiles[profile], ...(redis && { REDIS_URL: redis.url }) };
      try {
        return new NativeSite(way, await bringUp(native, settings), redis);
      } catch (error) {
        await redis?.stop();
        throw error;
      }
    },
    close: async (site) => {
      const { redis, ...place } = site as NativeSite;
      await takeDown(place);
      await redis?.stop();
    },
  };
  return way;
}

class NativeSite extends Stack implements ContractSite {
  readonly way: Way;
  readonly redis: ServerProcess | undefined;

  constructor(way: Way, stack: Stack, redis: ServerProcess | undefined) {
    super(stack, stack.socketUrl);
    this.way = way;
    this.redis = redis;
  }

  metricsOfEach(): Promise<string[]> {
    const { APP_PORT, APP_REPLICAS } = this.environment;
    const ports = Array.from({ length: Number(APP_REPLICAS) }, (_, index) => Number(APP_PORT) + index);
    return Promise.all(ports.map(async (port) => (await ask(`http://127.0.0.1:${port}`, '/metrics')).text));
  }

  async appLog(): Promise<string> {
    return this.log('app');
  }

  async leaks(): Promise<string[]> {
    const found = traces(this.folder);
    const names = found.map(({ name }) => name);
    // Whoever looks in the wrong place finds nothing.
    assert.ok(names.includes(join(this.folder, '.hermes/logs/app.log')), 'the app has a log');
    assert.ok(names.includes(`/proc/${await this.pid('app')}/cmdline`), 'the app is in the process list');
    return leaks(found, this.secrets);
  }

  async stopApp(how: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    process.kill(await this.pid('app'), how);
  }

  async renew(): Promise<void> {
    const { exitCode, all } = await this.hermes('renew', '--force');
    assert.equal(exitCode, 0, all);
  }

  operate(...args: string[]) {
    return this.hermes(...args);
  }
}
