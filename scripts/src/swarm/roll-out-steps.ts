import type { DefaultRenderer, ListrTask, SimpleRenderer } from 'listr2';
import type { Loaded } from '../../../app/src/settings/load.js';
import { deriveTimeouts } from '../../../app/src/settings/timeouts.js';
import type { Project } from '../project.js';
import { ask, type SwarmEngine } from './engine.js';
import { forgetOld, give } from './kept.js';
import type { Node } from './nodes.js';
import { probeNodes } from './probe.js';
import type { Service } from './progress.js';
import { referredTo } from './references.js';
import {
  forgetRelease,
  keepRelease,
  outOfUse,
  previousMark,
  type Recorded,
  releaseConfig,
  releasesOf,
  servingOf,
} from './releases.js';
import { awaitServices, servicesOf } from './services.js';

/** Whoever changes what a swarm runs, and where. */
export interface Changing {
  readonly project: Project;
  readonly loaded: Loaded;
  readonly engine: SwarmEngine;
  readonly interrupted: AbortSignal;
}

/** What the steps hand on to one another. */
export interface Steps {
  nodes: readonly Node[];
  /** Name of the stack. */
  stack: string;
  release: Recorded;
  /** Whether the swarm does not have the release yet, and what it has to be given for it. */
  isNew: boolean;
  secrets: Readonly<Record<string, string>>;
  configs: Readonly<Record<string, string>>;
  /** The services as they were; none where this is the first release. */
  before: readonly Service[];
  after: readonly Service[];
  /** From here on, a failure has something to bring back. */
  started: boolean;
}

export type Step = ListrTask<Steps, typeof DefaultRenderer, typeof SimpleRenderer>;

/** Milliseconds for an instance to get ready on a busy node, besides the drain of the one before. */
const patience = 180_000;

/** The way of every release, new or not. */
export function rollOutSteps({ project, loaded, engine, interrupted }: Changing): Step[] {
  const { settings } = loaded;
  return [
    {
      title: 'Update',
      task: async (context, task) => {
        const { stack, release, nodes } = context;
        interrupted.throwIfAborted();
        context.before = await servicesOf(engine, stack);
        await give(engine, 'secret', { stack, values: context.secrets });
        await give(engine, 'config', { stack, values: context.configs });
        context.started = true;
        if (context.isNew) await keepRelease(engine, stack, release);
        const { current = '' } = servingOf(context.before);
        await ask(engine, deployArguments(stack), { input: release.text.replaceAll(previousMark, current) });
        const deadline = Date.now() + settings.APP_REPLICAS * (deriveTimeouts(settings).stopGrace + patience);
        const ready = nodes.filter((node) => node.ready).length;
        await awaitServices(engine, stack, { nodes: ready, deadline, interrupted });
        task.title = `Update: ${release.id}, each instance healthy before the one it replaces went`;
      },
    },
    {
      title: 'WebSocket',
      task: async (context, task) => {
        const { slowest, unreached } = await probeNodes(project, settings, context.nodes, interrupted);
        const beyond = unreached.map(({ name }) => `, not reached from here: ${name}`).join('');
        task.title = `WebSocket: answers in ${slowest.toFixed(1)} ms${beyond}`;
        context.after = await servicesOf(engine, context.stack);
        await prune(engine, context);
      },
    },
  ];
}

/** It is in nobody's way if it is not done. */
async function prune(engine: SwarmEngine, { stack, before, after }: Steps): Promise<void> {
  const { current, previous } = servingOf(after);
  const releases = await releasesOf(engine, stack);
  const going = outOfUse(releases, [current, previous]);
  for (const { id } of going) await forgetRelease(engine, stack, id).catch(() => {});
  const staying = releases.filter((one) => !going.includes(one));
  const texts = staying.flatMap(({ id, text }) => [text, releaseConfig(stack, id)]);
  await forgetOld(engine, stack, { ids: referredTo([...before, ...after]), texts });
}

/** The arguments of `docker` that deploy a stack which comes by standard input. */
export function deployArguments(stack: string): string[] {
  // Images are named by revision; asking a registry for their digests would fail where there is none.
  return ['stack', 'deploy', '--prune', '--resolve-image=never', '--detach=true', '-c', '-', stack];
}
