import type * as z from 'zod';

/** Who reads a setting: the app, the kit around it, or both. It groups the reference page and `.env.example`. */
export type Scope =
  | 'stack'
  | 'containers'
  | 'deploy'
  | 'certificates'
  | 'app'
  | 'access'
  | 'backends'
  | 'limits';

/** The text of another setting. */
export type Raw = (key: string) => string;

export interface Setting<T = unknown> {
  readonly schema: z.ZodType<T, string>;
  readonly scope: Scope;
  /** What the setting does, in one sentence. */
  readonly doc: string;
  /** Text used when nothing is set; a function where it follows from other settings. Absent: the setting is empty. */
  readonly fallback?: string | ((raw: Raw) => string);
  /** How a computed default reads in the documentation. */
  readonly fallbackDoc?: string;
  /** Never printed; `generate` in `scripts` fills it in when `make up` makes `.env`. */
  readonly secret?: true;
  /** Characters below which a secret is taken with a warning only: RFC 7518, 3.2, wants 32 bytes for HS256. */
  readonly strongFrom?: number;
}

type More = Pick<Setting, 'fallback' | 'fallbackDoc' | 'secret' | 'strongFrom'>;

/** Makes the settings of a scope. */
export const settingsOf =
  (scope: Scope) =>
  <T, const M extends More = object>(schema: z.ZodType<T, string>, doc: string, more?: M) => ({
    ...{ schema, scope, doc },
    ...(more as M),
  });

/** A public stage has a certificate that the world trusts: standard ports, HSTS. */
export const isPublicTls = (raw: Raw) => raw('TLS') === 'letsencrypt' || raw('TLS') === 'files';
