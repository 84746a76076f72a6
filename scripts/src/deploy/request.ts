import type { Wanted } from './image.js';

/** Which release is to serve, where, and for whom. */
export interface ChangeRequest {
  readonly host: string;
  /** Configuration file of ssh. */
  readonly config: string | undefined;
  /** Folder there. */
  readonly path: string;
  /** Who asks, for the log of the host. */
  readonly by: string;
  /** A new release; absent: back to one that is there. */
  readonly deploy?: {
    readonly wanted: Wanted;
    readonly given: Readonly<Record<string, string>>;
    /** By which images come to the host; absent: by ssh. */
    readonly registry: string | undefined;
  };
  /** For a rollback: which one; absent: the one before. */
  readonly to?: string | undefined;
  /** The canary stays idle past the proxy's limit, too. */
  readonly full: boolean;
  readonly dryRun: boolean;
}

/** What became of it. */
export interface Change {
  readonly release: string;
  readonly from: string | undefined;
  /** What each step took, in seconds. */
  readonly steps: readonly Timed[];
  /** For the operator, in the end of a dry run. */
  readonly text?: string;
}

export interface Timed {
  readonly title: string;
  readonly seconds: number;
}
