import type * as z from 'zod';
import { access } from './table/access.js';
import { app } from './table/app.js';
import { backends } from './table/backends.js';
import { certificates } from './table/certificates.js';
import { containers } from './table/containers.js';
import { deploy } from './table/deploy.js';
import { limits } from './table/limits.js';
import { stack } from './table/stack.js';

export { isPublicTls, type Scope, type Setting } from './setting.js';

/**
 * Every setting there is: validation, `.env.example` and the reference page all come from this table.
 * Command line, then environment, then `.env`, then the default of its row.
 */
export const table = {
  ...stack,
  ...containers,
  ...deploy,
  ...certificates,
  ...app,
  ...access,
  ...backends,
  ...limits,
};

export type SettingKey = keyof typeof table;

/** Typed values, one for each row; a row without a default may be undefined. Durations are in milliseconds. */
export type Settings = {
  readonly [Key in SettingKey]: (typeof table)[Key] extends { fallback: unknown }
    ? z.infer<(typeof table)[Key]['schema']>
    : z.infer<(typeof table)[Key]['schema']> | undefined;
};
