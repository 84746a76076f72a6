import { z } from 'zod';

/*
 * The fields of inbound messages. Clients of the service that Hermes replaces send numbers as text now and then,
 * so whole numbers are taken in both forms.
 */

export const required = (what: string) => (issue: { input: unknown }) =>
  issue.input === undefined ? 'Field required' : `Input should be ${what}`;

export const name = z
  .string({ error: required('text') })
  .min(1, 'Input should not be empty')
  .max(256);

export const optionalName = z
  .string({ error: 'Input should be text or null' })
  .max(256)
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

/** An object that passes through untouched. */
export const anyObject = z.custom<Json>(isObject, { error: required('an object') });

export const optionalObject = z
  .custom<Json>(isObject, { error: 'Input should be an object or null' })
  .nullish()
  .transform((value) => value ?? null);
