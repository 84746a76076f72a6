import type { DefaultRenderer, ListrTask, SimpleRenderer } from 'listr2';
import type { Loaded } from '../../../app/src/settings/load.js';
import { assertNoWildcard } from '../acme/preflight/wildcard.js';
import { assertAcmeClient } from '../acme/traefik/client.js';
import { makeEnvFile } from '../env-file/generate.js';
import { assertSecrets, operatorSettings, unusedFiles } from '../operator-settings.js';
import type { Project } from '../project.js';
import { awaitAnswer } from './answering.js';
import { appEnvironment } from './app-environment.js';
import { awaitRoutes } from './await-routes.js';
import { backendsOf } from './backends.js';
import { placeServable, type StackCertificate } from './certificate.js';
import { openSockets } from './open-sockets.js';
import type { StackPlan } from './plan.js';
import { planNative } from './plan-native.js';
import { assertPortsFree, portsOf } from './ports.js';
import { proxyPrograms } from './proxy-programs.js';
import { assertReplicable } from './replicas.js';
import { requestReload } from './request-reload.js';
import { startStack } from './start.js';
import { certificateForStart, isValidatedThroughProxy } from './start-certificate.js';
import { isRunning, isUp, readState, type StackState } from './state.js';
import { stopStack } from './stop.js';
import { prepareTraefikAcme, readyTraefikAcme } from './traefik-acme.js';

/** What the steps hand on to one another. */
export interface Steps {
  loaded: Loaded;
  /** Path of the proxy's program. */
  proxy: string | undefined;
  certificate: StackCertificate | undefined;
  plan: StackPlan;
  unchanged: boolean;
  /** From here on, a failure has something to stop. */
  started: boolean;
  /** A certificate is being asked for: what fails then is explained by itself, not by the logs of the processes. */
  ordering: boolean;
}

type Step = ListrTask<Steps, typeof DefaultRenderer, typeof SimpleRenderer>;
type Work = Parameters<Step['task']>[1];

/** In their order; what fails ends the run. */
export function stepsOf(project: Project, interrupted: AbortSignal): Step[] {
  const seeToCertificate = async (context: Steps, task: Work) => {
    const say = (line: string) => {
      task.output = line;
    };
    const choices = { say, signal: interrupted };
    context.certificate = await certificateForStart(project, context.loaded.settings, choices);
    task.title = `Certificate: ${context.certificate.outcome}`;
  };
  return [
    {
      title: 'Settings',
      task: async (context, task) => {
        const made = await makeEnvFile(project.envFile);
        context.loaded = operatorSettings(project);
        assertSecrets(context.loaded);
        const { settings } = context.loaded;
        assertReplicable(settings);
        assertAcmeClient(settings);
        if (settings.TLS === 'letsencrypt' && settings.ACME_CHALLENGE !== 'dns-01')
          assertNoWildcard(settings);
        const unused = unusedFiles(context.loaded);
        if (unused) process.stderr.write(`${unused}\n`);
        if (made) task.title = 'Settings: .env made, with secrets of its own';
      },
    },
    {
      title: 'Ports',
      task: ({ loaded }) => assertPortsFree(freshPorts(project, loaded)),
    },
    {
      title: 'Backends',
      skip: ({ loaded }) => Object.keys(backendsOf(loaded.settings)).length === 0,
      task: async ({ loaded }, task) => {
        const backends = backendsOf(loaded.settings);
        for (const reach of Object.values(backends)) await reach();
        task.title = `Backends: ${Object.keys(backends).join(', ')} let us in`;
      },
    },
    ...Object.entries(proxyPrograms).map(
      ([proxy, { title, ensure }]): Step => ({
        title,
        skip: ({ loaded }) => loaded.settings.PROXY !== proxy,
        task: async (context, task) => {
          context.proxy = await ensure((line) => {
            task.output = line;
          });
        },
      }),
    ),
    {
      title: 'Certificate',
      skip: ({ loaded: { settings } }) => settings.TLS === 'off' || isValidatedThroughProxy(settings),
      task: seeToCertificate,
    },
    {
      title: 'Configuration',
      task: async (context, task) => {
        const { loaded, proxy } = context;
        const { settings } = loaded;
        await prepareTraefikAcme(project, settings, (line) => {
          task.output = line;
        });
        if (proxy && settings.PROXY !== 'none') {
          const pem = await placeServable(project, settings);
          await proxyPrograms[settings.PROXY].configure(project, settings, proxy, pem);
        }
        context.plan = planNative(project, loaded, proxy);
      },
    },
    {
      title: 'Start',
      task: async (context, task) => {
        const { loaded, plan } = context;
        const state = readState(project);
        const same = isUp(state) && state.fingerprint === plan.fingerprint;
        const sameProxy = same && state.proxy === plan.proxy;
        context.unchanged = sameProxy && state.configuration === plan.configuration;
        if (context.unchanged) {
          task.title = 'Start: running already';
          return;
        }
        interrupted.throwIfAborted();
        if (same && !sameProxy) {
          task.title = `Start: ${await replaceProxy(project, state, plan)}`;
          return;
        }
        if (same) {
          await requestReload(project, state, plan);
          task.title = 'Start: running already, with its configuration reloaded';
          return;
        }
        if (isRunning(state)) task.output = 'restarting; open sockets are told to reconnect';
        await stopStack(project);
        await assertPortsFree(portsOf(loaded.settings));
        await readyTraefikAcme(project, loaded.settings);
        context.started = true;
        await startStack(project, plan, appEnvironment(project, loaded));
      },
    },
    {
      title: 'Certificate',
      skip: ({ loaded }) => !isValidatedThroughProxy(loaded.settings),
      task: async (context, task) => {
        await awaitRoutes(context.loaded.settings, proxyPatience, interrupted);
        interrupted.throwIfAborted();
        context.ordering = true;
        await seeToCertificate(context, task);
        context.ordering = false;
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

/** Milliseconds for the proxy to listen, and to know its routes. */
const proxyPatience = 15_000;

/** Ports that the running stack does not hold already. */
function freshPorts(project: Project, { settings }: Loaded) {
  const state = readState(project);
  const own = isRunning(state) ? portsOf(state.served).map(({ port }) => port) : [];
  return portsOf(settings).filter(({ port }) => !own.includes(port));
}

/** @returns what it cost, for the operator */
async function replaceProxy(project: Project, state: StackState, plan: StackPlan): Promise<string> {
  const sockets = await openSockets(state.served);
  const gap = await requestReload(project, state, plan);
  const seconds = ((gap ?? 0) / 1_000).toFixed(2);
  const had = sockets === 1 ? '1 socket had' : `${sockets} sockets had`;
  return `${plan.served.PROXY} in place of ${state.served.PROXY}; ${had} to reconnect, the ports were closed for ${seconds} s`;
}
