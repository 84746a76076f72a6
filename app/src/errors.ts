/**
 * An error meant for a person: what was wrong, and what to do next. Everything that an operator or a client can
 * cause is one of these; anything else that surfaces is a defect of ours.
 */
export class HermesError extends Error {
  override readonly name = 'HermesError';
  /** Stable, machine-readable name of the fault, in kebab case. */
  readonly code: string;
  /** What to do next, in one sentence; empty when the message says it all. */
  readonly hint: string;

  constructor(code: string, message: string, hint = '', options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }

  /** The form operators see: one line for the fault, one for the fix. */
  toText(): string {
    return this.hint ? `${this.message}\n  → ${this.hint}` : this.message;
  }
}

/** The message of anything that was thrown, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
