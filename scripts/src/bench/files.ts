import { readFileSync } from 'node:fs';

/**
 * Connections that a process of this machine may have open, by its limit of files (proc(5)), less what it needs besides;
 * infinity where the system does not tell.
 */
export function mostFiles(): number {
  try {
    const [, hard] = /^Max open files +\S+ +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return Number(hard ?? Number.POSITIVE_INFINITY) - 500;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
