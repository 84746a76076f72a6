import { readFileSync } from 'node:fs';
import { HermesError } from '../errors.js';
import { type Setting, table } from './table.js';

type Values = Readonly<Record<string, string | undefined>>;

const secrets = Object.entries(table as Record<string, Setting>)
  .filter(([, { secret }]) => secret)
  .map(([key]) => key);

/**
 * The values with those added that stand in a file: `JWT_SECRET_KEY_FILE` names the one that holds JWT_SECRET_KEY, as it
 * is usual for the secrets of containers. What is given by itself counts first; an empty file is not set.
 * @throws HermesError `bad-settings`
 */
export function withSecretFiles(values: Values): Values {
  const found: Record<string, string> = {};
  for (const key of secrets) {
    const path = values[`${key}_FILE`];
    if (path && !values[key]) found[key] = read(key, path);
  }
  return { ...values, ...found };
}

function read(key: string, path: string): string {
  try {
    // Editors and `echo` end a file with a new line that is no part of the secret.
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const fix = 'correct the path, or let this user read it';
    throw new HermesError('bad-settings', `${key}_FILE=${path} cannot be read (${code})`, fix);
  }
}
