import { createHash } from 'node:crypto';
import { releaseLabel } from '../deploy/site.js';
import { ask, type SwarmEngine } from './engine.js';
import { give, keptOf } from './kept.js';
import type { Service } from './progress.js';

/** On the app's service: the release that served before. */
export const previousLabel = 'monitor-hermes.previous';
const labels = { image: 'monitor-hermes.image', madeAt: 'monitor-hermes.made', madeBy: 'monitor-hermes.by' };
/** What stands in the text of a release for the one that it takes the place of. */
export const previousMark = '@hermes-previous@';
/** Releases that stay besides the one that serves and the one before. */
const staying = 3;

/** A release as the swarm itself keeps it, so that every operator can go back to it. */
export interface Recorded {
  readonly id: string;
  readonly image: string;
  readonly madeAt: string;
  readonly madeBy: string;
  /** The stack in one file, its variables filled in. Secrets and configuration are in it by name alone. */
  readonly text: string;
}

interface Config {
  readonly Spec: {
    readonly Labels: Readonly<Record<string, string>>;
    readonly Data: string;
  };
}

/** Releases of a stack that it can be led back to, the oldest first. */
export async function releasesOf(engine: SwarmEngine, stack: string): Promise<Recorded[]> {
  const ids = (await keptOf(engine, 'config', stack))
    .filter(({ Name }) => Name.startsWith(prefix(stack)))
    .map(({ ID }) => ID);
  if (ids.length === 0) return [];
  const configs: Config[] = JSON.parse(await ask(engine, ['config', 'inspect', ...ids]));
  return configs
    .map(({ Spec: { Labels, Data } }) => ({
      id: Labels[releaseLabel] ?? '',
      image: Labels[labels.image] ?? '',
      madeAt: Labels[labels.madeAt] ?? '',
      madeBy: Labels[labels.madeBy] ?? '',
      text: Buffer.from(Data, 'base64').toString(),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

export async function keepRelease(engine: SwarmEngine, stack: string, release: Recorded): Promise<void> {
  const { id, image, madeAt, madeBy, text } = release;
  await give(engine, 'config', {
    stack,
    values: { [releaseConfig(stack, id)]: text },
    labels: { [releaseLabel]: id, [labels.image]: image, [labels.madeAt]: madeAt, [labels.madeBy]: madeBy },
  });
}

export async function forgetRelease(engine: SwarmEngine, stack: string, id: string): Promise<void> {
  await ask(engine, ['config', 'rm', releaseConfig(stack, id)]);
}

/** The release that serves, and the one before, as the services of a stack say. */
export function servingOf(services: readonly Service[]): { current?: string; previous?: string } {
  const of = (label: string) => services.map(({ Spec }) => Spec.Labels?.[label]).find(Boolean);
  const [current, previous] = [of(releaseLabel), of(previousLabel)];
  return { ...(current && { current }), ...(previous && { previous }) };
}

/** Those that nobody needs any more. @param serving ids of what serves, and what did before */
export const outOfUse = (
  releases: readonly Recorded[],
  serving: readonly (string | undefined)[],
): Recorded[] => releases.slice(0, -staying).filter(({ id }) => !serving.includes(id));

const prefix = (stack: string) => `${stack}_release_`;

/** Name of the config that is a release; its length is bounded, which that of a release's name is not. */
export const releaseConfig = (stack: string, id: string) =>
  `${prefix(stack)}${createHash('sha256').update(id).digest('hex').slice(0, 12)}`;
