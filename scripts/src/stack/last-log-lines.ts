import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '../project.js';
import { isReplica } from './replicas.js';

/** Of those that say why a start failed. */
function namesIn(folder: string): string[] {
  const apps = existsSync(folder)
    ? readdirSync(folder).filter((name) => isReplica(name.replace(/\.log$/, '')))
    : [];
  return ['supervisor.log', ...apps.sort(), 'nginx.log', 'traefik.log'];
}

/** Bytes at the end of a log to look at. */
const window = 8_192;

/** Where each log ends now: what comes later belongs to the start that follows. */
export type LogMarks = ReadonlyMap<string, number>;

export function markLogs({ logs }: Project): LogMarks {
  return new Map(namesIn(logs).map((name) => [name, sizeOf(join(logs, name))]));
}

/** The last lines that each log got after the marks, headed by its name; empty when there are none. */
export function lastLogLines({ logs }: Project, marks: LogMarks, count = 5): string {
  return namesIn(logs)
    .map((name) => {
      const lines = tail(join(logs, name), marks.get(name) ?? 0).slice(-count);
      return lines.length > 0 ? `${name}:\n${lines.map((line) => `  ${line}\n`).join('')}` : '';
    })
    .join('');
}

function tail(path: string, mark: number): string[] {
  const size = sizeOf(path);
  // A file that is shorter than before was rotated: all of it is new.
  const from = Math.max(size < mark ? 0 : mark, size - window);
  if (size <= from) return [];
  const buffer = Buffer.alloc(size - from);
  const file = openSync(path, 'r');
  try {
    const read = readSync(file, buffer, 0, buffer.length, from);
    return buffer.toString('utf8', 0, read).split('\n').filter(Boolean);
  } finally {
    closeSync(file);
  }
}

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
