import { strict as assert } from 'node:assert';
import { join } from 'node:path';
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
    offers,
    open: async (profile) => new NativeSite(way, await bringUp(native, profiles[profile])),
    close: (site) => takeDown(site as NativeSite),
  };
  return way;
}

class NativeSite extends Stack implements ContractSite {
  readonly way: Way;

  constructor(way: Way, stack: Stack) {
    super(stack, stack.socketUrl);
    this.way = way;
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
