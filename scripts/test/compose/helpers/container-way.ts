import assert from 'node:assert/strict';
import { profiles } from '../../../../app/contract/profiles.js';
import type { ContractSite, Need, Way } from '../../../../app/contract/way.js';
import { signatureOf } from '../../../../app/test/helpers/stack/leaks.js';
import { Site } from '../../../../app/test/helpers/stack/site.js';
import { ContainerStack } from './container-stack.js';
import { look } from './inspection.js';
import { leaks, tracesOf } from './traces.js';

/** What a row may ask of a stack in containers. */
export const offers: readonly Need[] = ['metrics', 'logs', 'renew', 'operator'];

/** A way whose sites are stacks in containers. `name` is that of the way on this host, for which differences are noted. */
export interface ContainerWay extends Way {
  /** What it has brought up. */
  stack(): ContainerStack;
  /** Takes away whatever there is of it, whatever has failed. */
  remove(): Promise<void>;
}

/** Who signs what a stack serves, where that is not its local CA. */
export interface OtherCa {
  /** Settings, as `KEY=value`, that make the stack ask it. */
  readonly settings: readonly string[];
  root(): Promise<string>;
  stop(): Promise<unknown>;
}

/** @param startCa starts another CA than the local one for a stack */
export function inContainers(
  native: Pick<Way, 'name' | 'proxied'>,
  PROXY: string,
  startCa?: (stack: ContainerStack) => Promise<OtherCa>,
): ContainerWay {
  let stack: ContainerStack | undefined;
  let other: OtherCa | undefined;
  const way: ContainerWay = {
    ...native,
    offers,
    stack: () => {
      assert(stack, `${native.name} is not up`);
      return stack;
    },
    open: async (profile) => {
      stack = await ContainerStack.prepare({ ...profiles[profile], PROXY });
      other = await startCa?.(stack);
      await stack.up(...(other?.settings ?? []));
      return new ContainerSite(way, stack, (await other?.root()) ?? stack.one.ca);
    },
    remove: async () => {
      await stack?.remove();
      await other?.stop();
    },
    // Going down is a test of its own.
    close: async () => {},
  };
  return way;
}

class ContainerSite extends Site implements ContractSite {
  readonly way: Way;
  readonly #stack: ContainerStack;

  constructor(way: Way, stack: ContainerStack, ca: string) {
    const { ports, secrets } = stack.one;
    super({
      socketUrl: `wss://localhost:${way.proxied ? ports.https : ports.app}`,
      plainUrl: `http://localhost:${ports.http}`,
      ca,
      apiKey: secrets.SERVICE_API_KEY ?? '',
      jwtSecret: secrets.JWT_SECRET_KEY ?? '',
    });
    for (const secret of Object.values(secrets)) this.secrets.add(secret);
    this.way = way;
    this.#stack = stack;
  }

  async metrics(): Promise<string> {
    const [first = ''] = await this.metricsOfEach();
    return first;
  }

  async metricsOfEach(): Promise<string[]> {
    const apps = await this.#stack.containers('app');
    return Promise.all(
      apps.map(({ Id }) => this.#stack.metrics(Id, this.way.proxied ? 'http' : 'https', this.ca)),
    );
  }

  async appLog(): Promise<string> {
    return this.#stack.log('app');
  }

  async leaks(): Promise<string[]> {
    const looks = await Promise.all((await this.#stack.containers()).map(look));
    const traces = await tracesOf(
      this.#stack,
      looks.flatMap(({ processes }) => processes.map(({ pid }) => pid)),
    );
    return leaks(traces, [...this.secrets].map(signatureOf));
  }

  async stopApp(): Promise<void> {
    throw new Error('not offered');
  }

  async renew(): Promise<void> {
    const { code, all } = await this.#stack.make('renew', 'FORCE=1');
    assert.equal(code, 0, all);
  }

  async operate(...args: string[]) {
    const { code, stdout } = await this.#stack.one.hermes(...args);
    return { exitCode: code, stdout };
  }
}
