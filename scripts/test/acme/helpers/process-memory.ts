import { readFileSync } from 'node:fs';
import { execa } from 'execa';

/** A process and its children: nginx's workers, old ones among them. */
export async function processesOf(pid: number): Promise<number[]> {
  const { stdout } = await execa('ps', ['-o', 'pid=', '--ppid', String(pid)], { reject: false });
  return [pid, ...stdout.split('\n').filter(Boolean).map(Number)];
}

/** Bytes. */
export function memoryOf(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  });
  return kilobytes.reduce((sum, one) => sum + one, 0) * 1_024;
}
