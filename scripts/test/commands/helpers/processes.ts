import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface Found {
  readonly pid: number;
  /** Its arguments, with spaces between. */
  readonly command: string;
}

/** Every process that works in a folder or names it in its arguments, but those of this very test run. */
export function processesOf(folder: string): Found[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .map((pid) => ({ pid, command: commandOf(pid), cwd: cwdOf(pid) }))
    .filter(({ command, cwd }) => command.includes(folder) || cwd.startsWith(folder))
    .map(({ pid, command }) => ({ pid, command }));
}

export function isThere(pid: number): boolean {
  return commandOf(pid) !== '';
}

/** Empty for a process that is gone, or that is not yet waited for. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

function cwdOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
