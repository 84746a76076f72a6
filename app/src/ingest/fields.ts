import * as z from 'zod';
import { longestName } from '../domain/uplink.js';

/*
 * The fields of inbound messages. Clients of the service that Hermes replaces send numbers as text now and then,
 * so whole numbers are taken in both forms.
 */

export const required = (what: string) => (issue: { input: unknown }) =>
  issue.input === undefined ? 'Field required' : `Input should be ${what}`;

export const name = z
  .string({ error: required('text') })
  .min(1, 'Input should not be empty')
  .max(longestName)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'Input should have no control characters and no half surrogates');

export const optionalName = z
  .string({ error: 'Input should be text or null' })
  .max(longestName)
  .nullish()
  .transform((value) => value ?? null);

export const optionalInteger = z
  .preprocess(
    (value) => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value),
    z.int({ error: 'Input should be a whole number or null' }).nullish(),
  )
  .transform((value) => value ?? null);

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Levels that MongoDB takes, less those around the objects; JSON that nests deeper is no measurement. */
const mostLevels = 64;

function isShallow(value: unknown, levels = mostLevels): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((item) => isShallow(item, levels - 1));
}

const tooDeep = `Input should nest ${mostLevels} levels at most`;

/** An object that passes through untouched. */
export const anyObject = z
  .custom<Json>(isObject, { error: required('an object') })
  .refine((value) => isShallow(value), tooDeep);

export const optionalObject = z
  .custom<Json>(isObject, { error: 'Input should be an object or null' })
  .refine((value) => isShallow(value), tooDeep)
  .nullish()
  .transform((value) => value ?? null);
