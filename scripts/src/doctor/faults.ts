import { certificate } from './faults/certificate.js';
import { connection } from './faults/connection.js';
import { host } from './faults/host.js';
import { limits } from './faults/limits.js';
import { names } from './faults/names.js';
import { renewal } from './faults/renewal.js';
import type { Row } from './faults/row.js';
import { settings } from './faults/settings.js';
import { stack } from './faults/stack.js';

/** By what they are about, in the order of the reference page. */
export const faultsBySubject = {
  settings,
  stack,
  certificate,
  renewal,
  names,
  connection,
  limits,
  host,
} satisfies Readonly<Record<string, Readonly<Record<string, Row>>>>;

export type Subject = keyof typeof faultsBySubject;

/** Every fault that `make doctor` knows, by its stable code. */
export const faults = {
  ...settings,
  ...stack,
  ...certificate,
  ...renewal,
  ...names,
  ...connection,
  ...limits,
  ...host,
};

export type FaultCode = keyof typeof faults;

export const isFaultCode = (code: string): code is FaultCode => Object.hasOwn(faults, code);
