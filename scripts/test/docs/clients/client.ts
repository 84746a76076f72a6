/** Where a client goes, and what it is given. */
export interface Target {
  /** `ws://…` or `wss://…` */
  readonly url: string;
  readonly token?: string;
  /** CA file that the client is to trust, in the way that is its own. */
  readonly ca?: string;
  /** Address to connect to, in place of what the name resolves to. */
  readonly at?: string;
  /** Of the page that a browser connects from; the others just say so. Absent: the target's own, or none. */
  readonly origin?: string;
  /** The user of the browser has not allowed that page to reach this network. */
  readonly unpermitted?: boolean;
  /** Content-Security-Policy of that page. */
  readonly policy?: string;
  /** Milliseconds for the handshake, where the client's own patience is too long for a test. */
  readonly patience?: number;
  /** Sent once it is open. */
  readonly send?: string;
  /** Waits for the server to close, instead of closing once it is open. */
  readonly stay?: boolean;
  /** Reads nothing until `finish`. */
  readonly slow?: boolean;
}

/** A run of a client. */
export interface Run {
  /** Resolves once the socket is open; rejects when it ends before. */
  readonly open: Promise<void>;
  /** Everything that its user got to read, once it has ended. */
  readonly text: Promise<string>;
  /** Tells a slow one to read on. */
  finish(): void;
}

export type Client = (target: Target) => Run;
