import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { replaceFile } from '../certs/durable.js';
import type { AlarmState } from './alarms.js';

/** Keeps what was told over restarts. A file that is missing or damaged counts as nothing told. */
export function readAlarms(path: string): AlarmState {
  try {
    const state = JSON.parse(readFileSync(path, 'utf8'));
    return typeof state === 'object' && state !== null ? state : {};
  } catch {
    return {};
  }
}

export async function writeAlarms(path: string, state: AlarmState): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  await replaceFile(path, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
}
