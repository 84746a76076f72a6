import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DefaultRenderer, ListrTask, SimpleRenderer } from 'listr2';
import type { Loaded } from '../../../app/src/settings/load.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { deriveTimeouts } from '../../../app/src/settings/timeouts.js';
import { secretsOf } from '../containers/app-settings.js';
import { configureNginx } from '../containers/configure-nginx.js';
import { containerGroup } from '../containers/group.js';
import { containerPaths } from '../containers/plan.js';
import type { Wanted } from '../deploy/image.js';
import type { Project } from '../project.js';
import { ensureCertificate } from '../stack/certificate.js';
import { ask, localEngine, type SwarmEngine } from './engine.js';
import { assertFitForSwarm } from './fitness.js';
import { giveImage } from './give-image.js';
import { assertReachable, assertShared, hasRegistry, nodesOf } from './nodes.js';
import { deployArguments, planSwarm, type SwarmPlan, swarmPaths } from './plan.js';
import { probeNode } from './probe.js';
import type { Service } from './progress.js';
import { referredTo } from './references.js';
import { forgetOld, giveSecrets } from './secrets.js';
import { awaitServices, servicesOf } from './services.js';
import { memoryOf, proxyImage } from './stack-files.js';
import { writeSwarmPlan } from './write-plan.js';

/** What is to be deployed, and where to. */
export interface SwarmDeployment {
  readonly project: Project;
  readonly loaded: Loaded;
  readonly engine: SwarmEngine;
  /** Image of the app. */
  readonly wanted: Wanted;
  readonly interrupted: AbortSignal;
}

/** What the steps hand on to one another. */
export interface Steps {
  nodes: number;
  image: string;
  plan: SwarmPlan;
  /** The services as they were; none where this is the first release. */
  before: readonly Service[];
  /** From here on, a failure has something to bring back. */
  started: boolean;
}

type Step = ListrTask<Steps, typeof DefaultRenderer, typeof SimpleRenderer>;

/** Milliseconds for an instance to get ready on a busy node, besides the drain of the one before. */
const patience = 180_000;

/** In their order; what fails ends the run. */
export function stepsOf({ project, loaded, engine, interrupted, wanted }: SwarmDeployment): Step[] {
  const { settings } = loaded;
  const here = engine === localEngine;
  return [
    {
      title: 'Swarm',
      task: async (context, task) => {
        assertFitForSwarm(settings, secretsOf(loaded));
        context.nodes = await nodesOf(engine);
        if (settings.TLS !== 'off') assertShared(settings.SWARM_CERTS, context.nodes, here);
        task.title = `Swarm: ${context.nodes} node${context.nodes === 1 ? '' : 's'}`;
      },
    },
    {
      title: 'Image',
      task: async (context, task) => {
        context.image = wanted.image;
        assertReachable(context.image, context.nodes);
        // What nodes fetch from a registry need not be here.
        if (!hasRegistry(context.image)) {
          await wanted.build(interrupted);
          if (!here) await giveImage(engine, context.image, interrupted);
        }
        task.title = `Image: ${context.image}`;
      },
    },
    {
      title: 'Certificate',
      // Elsewhere, whoever fills that folder sees to it.
      skip: () => settings.TLS === 'off' || settings.SWARM_CERTS !== undefined,
      task: async (_, task) => {
        const inContainers = { ...settings, ENGINE: 'docker' as const };
        task.title = `Certificate: ${(await ensureCertificate(project, inContainers)).outcome}`;
      },
    },
    {
      title: 'Configuration',
      task: async (context) => {
        context.plan = planSwarm(project, loaded, {
          compose: join(projectRoot, 'compose'),
          image: context.image,
          gid: containerGroup(),
          memory: memoryOf(settings.STAGE),
        });
        const { folder, nginx } = swarmPaths(project);
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        await configureNginx(settings, proxyImage(), { ...containerPaths(project), nginx });
        writeSwarmPlan(context.plan);
      },
    },
    {
      title: 'Update',
      task: async (context, task) => {
        const { plan } = context;
        interrupted.throwIfAborted();
        context.before = await servicesOf(engine, plan.name);
        await giveSecrets(engine, plan);
        context.started = true;
        await ask(engine, deployArguments(plan), { variables: plan.variables });
        const drains = settings.APP_REPLICAS * (deriveTimeouts(settings).stopGrace + patience);
        await awaitServices(engine, plan.name, { deadline: Date.now() + drains, interrupted });
        task.title = `Update: ${settings.APP_REPLICAS} × app, each healthy before the one it replaces went`;
      },
    },
    {
      title: 'WebSocket',
      task: async ({ plan, before }, task) => {
        const roundTrip = await probeNode(project, settings, engine.address, interrupted);
        task.title = `WebSocket: answers in ${roundTrip.toFixed(1)} ms`;
        const inUse = referredTo([...before, ...(await servicesOf(engine, plan.name))]);
        await forgetOld(engine, plan.name, inUse);
      },
    },
  ];
}
