import { readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import type { ProcessPlan } from './plan.js';

/** Taken over from the operator's shell; anything else would make two starts differ. */
export const inherited: readonly string[] = [
  'PATH',
  'HOME',
  'LANG',
  'TZ',
  'NODE_OPTIONS',
  'NODE_EXTRA_CA_CERTS',
];

/** The part of the supervisor's environment that a process gets, and its own: no secret that it does not need. */
export function environmentOf(
  plan: Pick<ProcessPlan, 'settings' | 'environment' | 'environmentFile'>,
): NodeJS.ProcessEnv {
  const { settings, environment, environmentFile } = plan;
  if (settings === true) return { ...process.env, ...environment };
  const names = settings ? [...inherited, ...settings] : ['PATH', 'TZ'];
  return {
    ...Object.fromEntries(names.map((name) => [name, process.env[name]])),
    ...environment,
    ...(environmentFile && readVariables(environmentFile)),
  };
}

/** A file that is gone costs its variables, not the process: what lacks them says so. */
function readVariables(path: string): Record<string, string> {
  try {
    return parse(readFileSync(path));
  } catch {
    return {};
  }
}
