import { ask, askLines, type SwarmEngine } from './engine.js';

/** `docker stack rm` takes away what has it. */
const stackLabel = 'com.docker.stack.namespace';

/** What a swarm keeps for the files of its tasks. It never changes one: another value has another name. */
export type Kind = 'secret' | 'config';

export interface Kept {
  readonly ID: string;
  readonly Name: string;
}

export interface Giving {
  readonly stack: string;
  /** By name. */
  readonly values: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Gives a swarm what it does not have yet. Values go through standard input alone. */
export async function give(
  engine: SwarmEngine,
  kind: Kind,
  { stack, values, labels = {} }: Giving,
): Promise<void> {
  const there = new Set((await keptOf(engine, kind, stack)).map(({ Name }) => Name));
  const all = Object.entries({ ...labels, [stackLabel]: stack });
  const options = all.flatMap(([key, value]) => ['--label', `${key}=${value}`]);
  for (const [name, value] of Object.entries(values))
    if (!there.has(name)) await ask(engine, [kind, 'create', ...options, name, '-'], { input: value });
}

export interface InUse {
  /** Ids that the services refer to, before an update and after it. */
  readonly ids: ReadonlySet<string>;
  /** What the releases say that may be gone back to. */
  readonly texts: readonly string[];
}

/** Takes away what no release needs that stays. */
export async function forgetOld(engine: SwarmEngine, stack: string, { ids, texts }: InUse): Promise<void> {
  const needed = ({ ID, Name }: Kept) => ids.has(ID) || texts.some((text) => text.includes(Name));
  // One that is still mounted by a task that ends is refused, and goes with the next release.
  for (const kind of ['secret', 'config'] as const)
    for (const one of await keptOf(engine, kind, stack))
      if (!needed(one)) await ask(engine, [kind, 'rm', one.ID]).catch(() => {});
}

export function keptOf(engine: SwarmEngine, kind: Kind, stack: string): Promise<Kept[]> {
  return askLines(engine, [kind, 'ls', '--filter', `label=${stackLabel}=${stack}`]);
}
