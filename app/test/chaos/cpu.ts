import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in this unit on every architecture that it hands to programs (USER_HZ, proc(5)). */
const ticksPerSecond = 100;

interface Usage {
  readonly name: string;
  readonly pid: number;
  readonly parent: number;
  /** Seconds of its own, and of its children that have ended. */
  readonly own: number;
  readonly ended: number;
}

/**
 * Seconds of CPU that this process and its children have used, by the name of the program: where the machine's time
 * went. Empty where there is no `/proc`.
 */
export function cpuSeconds(): Record<string, number> {
  const all = usages();
  const seconds: Record<string, number> = {};
  const add = (name: string, value: number) => {
    seconds[name] = (seconds[name] ?? 0) + value;
  };
  const visit = (usage: Usage, name: string) => {
    add(name, usage.own);
    add('CPU s: ended processes', usage.ended);
    for (const child of all) if (child.parent === usage.pid) visit(child, `CPU s: ${child.name}`);
  };
  const self = all.find(({ pid }) => pid === process.pid);
  if (self) visit(self, 'CPU s: clients and sources');
  return seconds;
}

function usages(): Usage[] {
  try {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .flatMap((pid) => usageOf(pid) ?? []);
  } catch {
    return [];
  }
}

function usageOf(pid: string): Usage | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold any character; what follows are numbers.
    const [name, rest] = [
      text.slice(text.indexOf('(') + 1, text.lastIndexOf(')')),
      text.lastIndexOf(')') + 2,
    ];
    const fields = text.slice(rest).split(' ').map(Number);
    const seconds = (first: number) => ((fields[first] ?? 0) + (fields[first + 1] ?? 0)) / ticksPerSecond;
    return { name, pid: Number(pid), parent: fields[1] ?? 0, own: seconds(11), ended: seconds(13) };
  } catch {
    return undefined;
  }
}
