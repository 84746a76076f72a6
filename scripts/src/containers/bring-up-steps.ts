import { join } from 'node:path';
import type { DefaultRenderer, ListrTask, SimpleRenderer } from 'listr2';
import type { Loaded } from '../../../app/src/settings/load.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { makeEnvFile } from '../env-file/generate.js';
import { assertSecrets, operatorSettings } from '../operator-settings.js';
import type { Project } from '../project.js';
import { ensureCertificate, type StackCertificate } from '../stack/certificate.js';
import { assertPortsFree } from '../stack/ports.js';
import { servedOf } from '../stack/served.js';
import { awaitAnswer } from './answering.js';
import { passwordsOf } from './app-settings.js';
import { ensureCertbotImage } from './certbot-image.js';
import { type ComposeStack, commandLine, compose, composeOrThrow } from './compose.js';
import { configureProxy } from './configure-proxy.js';
import { assertUsable } from './docker.js';
import { startWithCertificate } from './first-certificate.js';
import { containerGroup } from './group.js';
import { ensureImage, imageOf } from './image.js';
import { type ContainerPlan, planContainers, upArguments } from './plan.js';
import { publishedByContainers } from './published.js';
import { assertEngineRoom, assertRoom } from './room.js';
import { readContainers, writeContainers } from './state.js';
import { writePlan } from './write-plan.js';

/** What the steps hand on to one another. */
export interface Steps {
  loaded: Loaded;
  image: string;
  certificate: StackCertificate | undefined;
  plan: ContainerPlan;
  /** Line that starts the same without this command. */
  line: string;
  /** Command of Compose that has a running proxy take up its new configuration. */
  takeUp: readonly string[] | undefined;
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
        if (made) task.title = 'Settings: .env made, with secrets of its own';
      },
    },
    {
      title: 'Engine',
      task: async (_context, task) => {
        const { engine, compose } = await assertUsable();
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
        const more =
          settings.TLS === 'letsencrypt' &&
          (await ensureCertbotImage(projectRoot, context.image, settings, interrupted));
        task.title = `Image: ${context.image} ${built || more ? 'built' : 'is there'}`;
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
        const gid = containerGroup();
        const plan = planContainers(project, loaded, { compose: join(projectRoot, 'compose'), image, gid });
        writePlan(project, plan, gid);
        const stack = stackOf(plan);
        const { services } = JSON.parse(await composeOrThrow(stack, ['config', '--format', 'json']));
        const configure = configureProxy[loaded.settings.PROXY];
        context.takeUp = await configure(project, loaded.settings, services.proxy?.image, plan.paths);
        context.plan = plan;
        context.line = commandLine(stack, upArguments);
        task.title = `Configuration: ${Object.keys(services).join(', ')}`;
      },
    },
    {
      title: 'Start',
      task: async (context, task) => {
        const { plan, loaded, image } = context;
        interrupted.throwIfAborted();
        const stack = stackOf(plan);
        const before = await containerIds(stack, 'proxy');
        context.started = true;
        writeContainers(project, {
          ...stack,
          name: plan.name,
          image,
          served: servedOf(loaded.settings),
          startedAt: readContainers(project)?.startedAt ?? new Date().toISOString(),
        });
        await startWithCertificate(
          project,
          loaded.settings,
          async (signal) => void (await composeOrThrow(stack, upArguments, signal)),
          interrupted,
        );
        const same = before !== '' && before === (await containerIds(stack, 'proxy'));
        if (same && context.takeUp) await composeOrThrow(stack, context.takeUp);
        task.title = 'Start: every container is healthy';
      },
    },
    {
      title: 'WebSocket',
      task: async ({ loaded }, task) => {
        const roundTrip = await awaitAnswer(project, loaded.settings, interrupted);
        task.title = `WebSocket: answers in ${roundTrip.toFixed(1)} ms`;
      },
    },
  ];
}

export const stackOf = ({ files, paths }: ContainerPlan): ComposeStack => ({
  files,
  variables: paths.variables,
});

async function containerIds(stack: ComposeStack, service: string): Promise<string> {
  return String((await compose(stack, ['ps', '--quiet', service])).stdout);
}
