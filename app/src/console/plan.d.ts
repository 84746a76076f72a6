import type { Problem } from './problem.js';

/** The part of a WebSocket that the connection uses. */
export interface Socket {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: 'close',
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
}

export interface Handshake {
  readonly socket: Socket;
  /** Called when it succeeded. */
  readonly opened: () => void;
  /** Finds out why it failed. */
  readonly explainRefusal: () => Promise<Problem>;
}

/** What one press of Connect asks for. */
export interface Plan {
  /** Begins a handshake that resumes after this id; a problem where there is no point in trying. */
  readonly open: (lastId: string | undefined) => Handshake | { readonly problem: Problem };
}
