import type { Served } from './served.js';

/** One process of the stack. Secrets are never arguments: they come by the environment. */
export interface ProcessPlan {
  readonly name: 'app' | 'nginx' | 'renewal';
  readonly command: string;
  readonly args: readonly string[];
  /** Gets every setting in its environment, secrets among them; the others get none. */
  readonly settings?: true;
  /** Its output goes through this filter first, because it writes requests as they came. */
  readonly filter?: {
    readonly command: string;
    readonly arguments: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
  };
  /** Started once this port of this host accepts connections, or anyway after some seconds. */
  readonly afterPort?: number;
  /** Sent to stop it. */
  readonly stopSignal: NodeJS.Signals;
}

/** How far logs may grow: each one to so many bytes, with so many older ones kept. */
export interface LogLimit {
  readonly bytes: number;
  readonly kept: number;
}

/** What the supervisor runs, in the order of starting; stopping goes in the same order, so that the app drains first. */
export interface StackPlan {
  readonly root: string;
  readonly fingerprint: string;
  readonly served: Served;
  /** Milliseconds that a process has to stop. */
  readonly stopGrace: number;
  readonly logLimit: LogLimit;
  /** Logs that processes append to by themselves. */
  readonly appendedLogs: readonly string[];
  readonly processes: readonly ProcessPlan[];
}
