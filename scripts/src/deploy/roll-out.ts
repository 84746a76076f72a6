import { lastLine } from '../last-line.js';
import * as commands from './commands.js';
import type { Host } from './host.js';
import type { TouchingStep } from './journal.js';
import type { Release } from './release.js';
import type { ComposeModel } from './split-model.js';

/** One step of the way from a release to the next; what it says when it is done goes behind its title. */
export interface RollOutStep {
  readonly name: TouchingStep;
  readonly title: string;
  run(host: Host): Promise<string>;
}

export interface RollOut {
  readonly release: Release;
  /** The one that serves; absent at the first deploy. */
  readonly from: Release | undefined;
  /** Model of the new app. */
  readonly app: ComposeModel;
  /** The settings of a new release become those of the host. */
  readonly settles: boolean;
  /** The canary stays idle past the proxy's limit. */
  readonly full: boolean;
}

/** The same road for a deploy and for a rollback. @param plan known once the release is prepared */
export function rollOut(plan: () => RollOut): RollOutStep[] {
  return [
    {
      name: 'start',
      title: 'Start beside the old',
      run: async (host) => {
        const { release, app } = plan();
        await host.step(commands.start(host.root, release, app));
        return 'every new instance is ready';
      },
    },
    {
      name: 'gate',
      title: 'Canary at the new instances',
      run: async (host) => {
        const { release, from, full } = plan();
        const said = await host.step(commands.useInstances(host.root, release));
        // The first certificate of a CA comes through the proxy itself.
        if (!from && release.tls === 'letsencrypt') return lastLine(said);
        const took = await host.step(commands.useThroughGate(host.root, release, full));
        return `${lastLine(said)}; by a proxy like the new one in ${took.match(/[\d.]+ ms/)?.[0] ?? 'time'}`;
      },
    },
    {
      name: 'switch',
      title: 'Switch',
      run: async (host) => {
        const { release, from } = plan();
        const running = from?.proxy === release.proxy;
        await host.step(commands.lead(host.root, release, running));
        if (!running) return 'the proxy is started next';
        return lastLine(await host.step(commands.useSwitched(host.root, release, from?.id)));
      },
    },
    {
      name: 'verify',
      title: 'Everything around it',
      run: async (host) => {
        const { release, from } = plan();
        // Names may have been added, too.
        if (release.tls === 'letsencrypt') await host.step(commands.obtainCertificate(host.root, release));
        await host.step(commands.siteUp(host.root, release));
        return lastLine(await host.step(commands.useSwitched(host.root, release, from?.id)));
      },
    },
    {
      name: 'drain',
      title: 'Drain of the old',
      run: async (host) => {
        const { from } = plan();
        if (!from) return 'there was none';
        await host.step(commands.stop(from));
        await host.step(commands.removeApp(from));
        return `its sockets were sent away over ${from.drainSeconds} s`;
      },
    },
    {
      name: 'record',
      title: 'Record',
      run: async (host) => {
        const { release, from, settles } = plan();
        await host.step(commands.record(host.root, release.id, from?.id, settles));
        return `${release.id} serves`;
      },
    },
  ];
}
