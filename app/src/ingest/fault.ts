import type * as z from 'zod';

/** One fault of the input: where it stands, and what is wrong. */
export interface Fault {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
}

/** The input as a value, or its faults. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Checks input against a schema; `where` leads each location, as `body` or `query`. */
export function check<T>(schema: z.ZodType<T>, input: unknown, where: readonly string[]): Checked<T> {
  const result = schema.safeParse(input);
  if (result.success) return { ok: true, value: result.data };
  return {
    ok: false,
    faults: result.error.issues.map((issue) => ({
      loc: [...where, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))],
      msg: issue.message,
    })),
  };
}
