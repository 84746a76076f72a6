import type { Site } from '../test/helpers/stack/site.js';
import type { profiles } from './profiles.js';

/**
 * What a row may need besides a URL, a CA and the secrets.
 * `settings`: a site with the settings of its profile. `addresses`: clients of this host may choose among 127.x.y.z, and
 * the site sees which. `replicas`: the profile of that name. The others are the methods of `ContractSite`.
 */
export type Need =
  | 'settings'
  | 'addresses'
  | 'metrics'
  | 'logs'
  | 'restart'
  | 'renew'
  | 'operator'
  | 'replicas';

/** A site that rows run against. Each method is for rows that have declared the need it begins with. */
export interface ContractSite extends Site {
  readonly way: Way;
  /** `metrics`: the app's, as Prometheus text. */
  metrics(): Promise<string>;
  /** `logs`: what the app has written. */
  appLog(): Promise<string>;
  /** `logs`: names of the logs, other files of its state and command lines in which a secret of this site stands. */
  leaks(): Promise<string[]>;
  /** `restart`: has the app stop, or ends it at once; something starts it again. */
  stopApp(how: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** `renew`: puts a new certificate in place. */
  renew(): Promise<void>;
  /** `replicas`: the metrics of each process of the app. */
  metricsOfEach(): Promise<string[]>;
  /** `operator`: runs a verb of the command line. */
  operate(...args: string[]): Promise<{ readonly exitCode: number; readonly stdout: string }>;
}

/** One way of serving, on this host or elsewhere. */
export interface Way {
  readonly name: string;
  /** A proxy terminates TLS; else the app does. */
  readonly proxied: boolean;
  readonly offers: readonly Need[];
  open(profile: keyof typeof profiles): Promise<ContractSite>;
  close(site: ContractSite): Promise<void>;
}
