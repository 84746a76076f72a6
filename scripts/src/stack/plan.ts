import type { SettingKey } from '../../../app/src/settings/table.js';
import type { Served } from './served.js';

/** One process of the stack. Secrets are never arguments: they come by the environment. */
export interface ProcessPlan {
  readonly name: 'app' | `app-${number}` | 'nginx' | 'traefik' | 'renewal' | 'watch';
  readonly command: string;
  readonly args: readonly string[];
  /** Settings that it gets in its environment; `true` is all, with every secret among them. Absent: none. */
  readonly settings?: true | readonly SettingKey[];
  /** File with further variables for its environment, as `NAME=value` lines; read at each of its starts. */
  readonly environmentFile?: string;
  /** Variables on top of those, none of them a secret. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Its output goes through this filter first, because it writes requests as they came. */
  readonly filter?: {
    readonly command: string;
    readonly arguments: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
  };
  /** Started once these ports of this host accept connections, or anyway after some seconds. */
  readonly afterPorts?: readonly number[];
  /** Sent to stop it. */
  readonly stopSignal: NodeJS.Signals;
  /** Sent to have it listen no more, and end with its last connection. Absent: it knows no such thing. */
  readonly leaveSignal?: NodeJS.Signals;
}

/** How far logs may grow: each one to so many bytes, with so many older ones kept. */
export interface LogLimit {
  readonly bytes: number;
  readonly kept: number;
}

/** What the supervisor runs, in the order of starting; stopping goes in the same order, so that the app drains first. */
export interface StackPlan {
  readonly root: string;
  /** Of what cannot change while the stack runs. */
  readonly fingerprint: string;
  /** Of the proxy, and of what it reads at its start alone. */
  readonly proxy: string;
  /** Fingerprint of the proxy's rendered configuration, which a reload takes up. */
  readonly configuration: string;
  /** Names a request to take this plan up while another one runs. */
  readonly request?: string;
  readonly served: Served;
  /** Milliseconds that a process has to stop. */
  readonly stopGrace: number;
  readonly logLimit: LogLimit;
  /** Logs that processes append to by themselves. */
  readonly appendedLogs: readonly string[];
  readonly processes: readonly ProcessPlan[];
}
