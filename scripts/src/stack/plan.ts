/** One process of the stack. Secrets are never arguments: they come by the environment. */
export interface ProcessPlan {
  readonly name: 'app' | 'nginx';
  readonly command: string;
  readonly args: readonly string[];
  /** Its output goes through this sed script first, because it writes requests as they came. */
  readonly mask?: string;
  /** Sent to stop it. */
  readonly stopSignal: NodeJS.Signals;
}

/** What the supervisor runs, in the order of starting; stopping goes in the same order, so that the app drains first. */
export interface StackPlan {
  readonly root: string;
  readonly fingerprint: string;
  readonly url: string;
  /** Milliseconds that a process has to stop. */
  readonly stopGrace: number;
  readonly processes: readonly ProcessPlan[];
}
