import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { secretsOf } from '../containers/app-settings.js';
import { configureNginx } from '../containers/configure-nginx.js';
import { containerGroup } from '../containers/group.js';
import { containerPaths } from '../containers/plan.js';
import type { Wanted } from '../deploy/image.js';
import { releaseId } from '../deploy/site.js';
import { ensureCertificate } from '../stack/certificate.js';
import { localEngine } from './engine.js';
import { assertFitForSwarm } from './fitness.js';
import { giveImage } from './give-image.js';
import { assertReachable, assertShared, hasRegistry, nodesOf } from './nodes.js';
import { planSwarm, swarmPaths } from './plan.js';
import { type Changing, rollOutSteps, type Step } from './roll-out-steps.js';
import { memoryOf, proxyImage } from './stack-files.js';
import { stackText } from './stack-text.js';
import { writeSwarmPlan } from './write-plan.js';

/** What is to be deployed, and where to. */
export interface SwarmDeployment extends Changing {
  /** Image of the app. */
  readonly wanted: Wanted;
  /** Who asks. */
  readonly by: string;
}

/** In their order; what fails ends the run. */
export function stepsOf(deployment: SwarmDeployment): Step[] {
  const { project, loaded, engine, interrupted, wanted, by } = deployment;
  const { settings } = loaded;
  const here = engine === localEngine;
  return [
    {
      title: 'Swarm',
      task: async (context, task) => {
        assertFitForSwarm(settings, secretsOf(loaded));
        context.nodes = await nodesOf(engine);
        const { length } = context.nodes;
        if (settings.TLS !== 'off') assertShared(settings.SWARM_CERTS, length, here);
        task.title = `Swarm: ${length} node${length === 1 ? '' : 's'}`;
      },
    },
    {
      title: 'Image',
      task: async ({ nodes }, task) => {
        const { image } = wanted;
        assertReachable(image, nodes.length);
        // What nodes fetch from a registry need not be here.
        if (!hasRegistry(image)) {
          await wanted.build(interrupted);
          if (!here) await giveImage(engine, image, interrupted);
        }
        task.title = `Image: ${image}`;
      },
    },
    {
      title: 'Certificate',
      // Elsewhere, whoever fills that folder sees to it.
      skip: () => settings.TLS === 'off' || settings.SWARM_CERTS !== undefined,
      task: async (_, task) => {
        task.title = `Certificate: ${(await ensureCertificate(project, settings)).outcome}`;
      },
    },
    {
      title: 'Configuration',
      task: async (context) => {
        const at = new Date();
        const id = releaseId(at, wanted.image);
        const plan = planSwarm(project, loaded, {
          compose: join(projectRoot, 'compose'),
          image: wanted.image,
          release: id,
          gid: containerGroup(),
          memory: memoryOf(settings.STAGE),
        });
        const { folder, nginx } = swarmPaths(project);
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        await configureNginx(settings, proxyImage(), { ...containerPaths(project), nginx });
        context.stack = plan.name;
        context.configs = writeSwarmPlan(plan);
        context.secrets = Object.fromEntries(
          Object.entries(plan.secrets).map(([name, { value }]) => [name, value]),
        );
        context.isNew = true;
        const text = await stackText(engine, plan);
        context.release = { id, image: wanted.image, madeAt: at.toISOString(), madeBy: by, text };
      },
    },
    ...rollOutSteps(deployment),
  ];
}
