import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DefaultRenderer, ListrTask, SimpleRenderer } from 'listr2';
import type { Loaded } from '../../../app/src/settings/load.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { makeEnvFile } from '../env-file/generate.js';
import { assertSecrets, operatorSettings } from '../operator-settings.js';
import type { Project } from '../project.js';
import { awaitSocket } from '../stack/answering.js';
import { ensureCertificate, type StackCertificate } from '../stack/certificate.js';
import { assertPortsFree } from '../stack/ports.js';
import { servedOf } from '../stack/served.js';

import { passwordsOf } from './app-settings.js';
import { forgetBefore, keepBefore, writeModel } from './before.js';
import { assertClientInContainers, ensureCertbotImage } from './certbot-image.js';
import { type ComposeStack, commandLine, compose, composeOrThrow } from './compose.js';
import { type ApplyConfiguration, configureProxy } from './configure-proxy.js';
import { assertUsable, imageIds } from './docker.js';
import { draftOf } from './draft.js';
import { containerFingerprint } from './fingerprint.js';
import { startWithCertificate } from './first-certificate.js';
import { containerGroup } from './group.js';
import { ensureImage, imageOf } from './image.js';
import { isWell, listContainers } from './list.js';
import { ensureMosquittoImage } from './mosquitto-image.js';
import { type ContainerPlan, planContainers, upArguments } from './plan.js';
import { assertNameFree } from './project-name.js';
import { publishedByContainers } from './published.js';
import { renewalUser } from './renewal-access.js';
import { assertEngineRoom, assertRoom } from './room.js';
import { type ContainerState, readContainers, writeContainers } from './state.js';
import { writePlan, writeVariables } from './write-plan.js';

/** What the steps hand on to one another. */
export interface Steps {
  loaded: Loaded;
  image: string;
  certificate: StackCertificate | undefined;
  plan: ContainerPlan;
  /** Line that starts the same without this command. */
  line: string;
  services: readonly string[];
  fingerprint: string;
  /** Puts the proxy's configuration in place, which has been checked. */
  apply: ApplyConfiguration;
  /** It was running like this already. */
  unchanged: boolean;
  /** What is being started. */
  state: ContainerState | undefined;
  /** From here on, a failure has something to stop. */
  started: boolean;
}

type Step = ListrTask<Steps, typeof DefaultRenderer, typeof SimpleRenderer>;

/** In their order; what fails ends the run. */
export function stepsOf(project: Project, interrupted: AbortSignal): Step[] {
  return [
    {
      title: 'Settings',
      task: async (context, task) => {
        await assertRoom(project.root);
        const made = await makeEnvFile(project.envFile);
        const loaded = operatorSettings(project);
        context.loaded = { ...loaded, settings: { ...loaded.settings, ENGINE: 'docker' } };
        assertSecrets(loaded, passwordsOf(loaded.settings));
        assertClientInContainers(loaded.settings);
        if (made) task.title = 'Settings: .env made, with secrets of its own';
      },
    },
    {
      title: 'Engine',
      task: async ({ loaded: { settings } }, task) => {
        const { engine, compose } = await assertUsable();
        await assertNameFree(settings.COMPOSE_PROJECT, project.root);
        await assertEngineRoom();
        task.title = `Engine: Docker ${engine}, Compose ${compose}`;
      },
    },
    {
      title: 'Ports',
      task: async ({ loaded }) => {
        const own = readContainers(project);
        const held = own ? publishedByContainers(own.served).map(({ port }) => port) : [];
        await assertPortsFree(
          publishedByContainers(loaded.settings).filter(({ port }) => !held.includes(port)),
        );
      },
    },
    {
      title: 'Image',
      task: async (context, task) => {
        context.image = await imageOf(projectRoot);
        task.output = 'building it takes a minute or two';
        const built = await ensureImage(projectRoot, context.image, interrupted);
        const { settings } = context.loaded;
        const certbot =
          settings.TLS === 'letsencrypt' &&
          (await ensureCertbotImage(projectRoot, context.image, settings, interrupted));
        const mosquitto =
          settings.SERVICES?.includes('mqtt') &&
          (await ensureMosquittoImage(projectRoot, context.image, interrupted));
        task.title = `Image: ${context.image} ${built || certbot || mosquitto ? 'built' : 'is there'}`;
      },
    },
    {
      title: 'Certificate',
      // A container obtains it, through the proxy.
      skip: ({ loaded: { settings } }) => ['off', 'letsencrypt'].includes(settings.TLS),
      task: async (context, task) => {
        context.certificate = await ensureCertificate(project, context.loaded.settings);
        task.title = `Certificate: ${context.certificate.outcome}`;
      },
    },
    {
      title: 'Configuration',
      task: async (context, task) => {
        const { loaded, image } = context;
        const place = {
          compose: join(projectRoot, 'compose'),
          image,
          gid: containerGroup(),
          owner: renewalUser(),
        };
        context.plan = planContainers(project, loaded, place);
        const draft = planContainers(draftOf(project), loaded, place);
        rmSync(draftOf(project).state, { recursive: true, force: true });
        mkdirSync(draftOf(project).state, { recursive: true, mode: 0o700 });
        writeVariables(draft);
        const { services } = JSON.parse(await composeOrThrow(stackOf(draft), ['config', '--format', 'json']));
        const configure = configureProxy[loaded.settings.PROXY];
        context.apply = await configure(loaded.settings, services.proxy?.image, draft.paths);
        context.services = Object.keys(services);
        const images = await imageIds(Object.values<{ image: string }>(services).map((one) => one.image));
        context.fingerprint = containerFingerprint(context.plan, draft.paths, images);
        context.line = commandLine(stackOf(context.plan), upArguments);
        task.title = `Configuration: ${context.services.join(', ')}`;
      },
    },
    {
      title: 'Start',
      task: async (context, task) => {
        const { plan, loaded, image } = context;
        const runs = readContainers(project);
        const same = runs?.fingerprint === context.fingerprint;
        context.unchanged = same && (await isComplete(runs, context.services));
        if (context.unchanged) {
          task.title = 'Start: running already';
          return;
        }
        interrupted.throwIfAborted();
        const stack = stackOf(plan);
        keepBefore(project);
        context.started = true;
        const proxy = await containerIds(stack, 'proxy');
        writePlan(project, plan, containerGroup());
        const takeUp = context.apply(plan.paths);
        context.state = {
          ...stack,
          name: plan.name,
          image,
          served: servedOf(loaded.settings),
          startedAt: runs?.startedAt ?? new Date().toISOString(),
        };
        writeContainers(project, context.state);
        await startWithCertificate(
          project,
          loaded.settings,
          async (signal) => void (await composeOrThrow(stack, upArguments, signal)),
          interrupted,
        );
        if (takeUp && proxy !== '' && proxy === (await containerIds(stack, 'proxy')))
          await composeOrThrow(stack, takeUp);
        task.title = 'Start: every container is healthy';
      },
    },
    {
      title: 'WebSocket',
      task: async ({ loaded, state, fingerprint }, task) => {
        const roundTrip = await awaitSocket(project, loaded.settings, interrupted);
        task.title = `WebSocket: answers in ${roundTrip.toFixed(1)} ms`;
        if (state) await settle(project, { ...state, fingerprint });
      },
    },
  ];
}

export const stackOf = ({ files, paths }: ContainerPlan): ComposeStack => ({
  files,
  variables: paths.variables,
});

/** The new one is well: it is what a start that fails comes back to from now on. */
async function settle(project: Project, state: ContainerState): Promise<void> {
  writeModel(project, await composeOrThrow(state, ['config']));
  writeContainers(project, state);
  forgetBefore(project);
  rmSync(draftOf(project).state, { recursive: true, force: true });
}

/** Whether every service is there, and all of it well. */
async function isComplete(state: ContainerState, services: readonly string[]): Promise<boolean> {
  const containers = await listContainers(state);
  const there = new Set(containers.map(({ Service }) => Service));
  return containers.every(isWell) && services.every((service) => there.has(service));
}

async function containerIds(stack: ComposeStack, service: string): Promise<string> {
  return String((await compose(stack, ['ps', '--quiet', service])).stdout);
}
