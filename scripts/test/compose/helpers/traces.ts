import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerStack } from './container-stack.js';
import { type Container, docker, dockerAll } from './docker.js';

export interface Trace {
  readonly name: string;
  readonly content: string;
}

/** All that a stack leaves for others to see: what the engine tells of it, the logs, processes with their environment. */
export async function tracesOf(stack: ContainerStack, pids: readonly number[]): Promise<Trace[]> {
  const containers = await stack.containers();
  const images = [...new Set(containers.map(({ Image }) => Image))];
  return Promise.all([
    ...containers.map(({ Id }) => told('inspect', Id)),
    ...images.flatMap((image) => [told('inspect', image), told('history', '--no-trunc', image)]),
    ...containers.map(logOf),
    ...pids.flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`]).flatMap(read),
    ...filesBelow(stack.one.at('.hermes/build')),
  ]);
}

/** Names of those in which a secret stands. */
export function leaks(traces: readonly Trace[], secrets: readonly string[]): string[] {
  return traces.filter(({ content }) => secrets.some((one) => content.includes(one))).map(({ name }) => name);
}

async function told(...args: string[]): Promise<Trace> {
  return { name: `docker ${args.join(' ')}`, content: await docker(...args) };
}

async function logOf({ Id }: Container): Promise<Trace> {
  return { name: `docker logs ${Id}`, content: await dockerAll('logs', Id) };
}

function filesBelow(folder: string): Trace[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => read(join(entry.parentPath, entry.name)));
}

/** Nothing, where it is gone, or another user's. */
function read(name: string): Trace[] {
  try {
    return [{ name, content: readFileSync(name, 'utf8') }];
  } catch {
    return [];
  }
}
