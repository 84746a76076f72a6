import { Listr } from 'listr2';
import type { Loaded } from '../../../app/src/settings/load.js';
import { makeEnvFile } from '../env-file/generate.js';
import { assertSupported, operatorSettings } from '../operator-settings.js';
import { ensureTool } from '../packages/install.js';
import type { Project } from '../project.js';
import { signToken } from '../sign-token.js';
import { appEnvironment } from './app-environment.js';
import { ensureCertificate, type StackCertificate } from './certificate.js';
import { configureNginx } from './configure-nginx.js';
import { endpointOf } from './endpoint.js';
import { lastLogLines } from './last-log-lines.js';
import type { StackPlan } from './plan.js';
import { planNative } from './plan-native.js';
import { assertPortsFree, type PortNeed } from './ports.js';
import { probeUntil } from './probe.js';
import { isUp, startStack } from './start.js';
import { readState } from './state.js';
import { stopStack } from './stop.js';

export interface Up {
  readonly loaded: Loaded;
  readonly certificate: StackCertificate | undefined;
  /** Milliseconds that a ping of a client took. */
  readonly roundTrip: number;
  /** Nothing had to be done: it was running like this already. */
  readonly unchanged: boolean;
}

interface Progress {
  loaded: Loaded;
  nginx: string | undefined;
  certificate: StackCertificate | undefined;
  plan: StackPlan;
  unchanged: boolean;
  roundTrip: number;
}

/** Milliseconds for the stack to answer after its start. */
const patience = 30_000;

/** Everything from the settings to a WebSocket that answers. What fails leaves nothing of this run behind. */
export async function bringUp(project: Project): Promise<Up> {
  const tasks = new Listr<Progress>(
    [
      {
        title: 'Settings',
        task: async (context, task) => {
          const made = await makeEnvFile(project.envFile);
          context.loaded = operatorSettings(project);
          assertSupported(context.loaded);
          task.title = made ? 'Settings: .env made, with secrets of its own' : 'Settings';
        },
      },
      {
        title: 'Nginx',
        enabled: ({ loaded }) => loaded === undefined || loaded.settings.PROXY === 'nginx',
        skip: ({ loaded }) => loaded.settings.PROXY !== 'nginx',
        task: async (context, task) => {
          context.nginx = await ensureTool('nginx', (line) => {
            task.output = line;
          });
        },
      },
      {
        title: 'Certificate',
        skip: ({ loaded }) => loaded.settings.TLS === 'off',
        task: async (context, task) => {
          context.certificate = await ensureCertificate(project, context.loaded);
          task.title = `Certificate: ${context.certificate.outcome}`;
        },
      },
      {
        title: 'Configuration',
        task: async (context) => {
          const { settings } = context.loaded;
          if (context.nginx) {
            const pem = context.certificate?.servedPem ?? '/dev/null';
            await configureNginx(project, settings, context.nginx, pem);
          }
          context.plan = planNative(project, context.loaded, context.nginx);
        },
      },
      {
        title: 'Start',
        task: async (context, task) => {
          const state = readState(project);
          context.unchanged = isUp(state) && state.fingerprint === context.plan.fingerprint;
          if (context.unchanged) {
            task.title = 'Start: running already';
            return;
          }
          if (isUp(state))
            task.output = 'settings have changed: restarting, open sockets are told to reconnect';
          await stopStack(project);
          await assertPortsFree(portsOf(context.loaded));
          await startStack(project, context.plan, appEnvironment(project, context.loaded));
        },
      },
      {
        title: 'WebSocket',
        task: async (context, task) => {
          context.roundTrip = await waitForSocket(project, context);
          task.title = `WebSocket: answers in ${context.roundTrip.toFixed(1)} ms`;
        },
      },
    ],
    { renderer: 'default', fallbackRenderer: 'simple', concurrent: false },
  );
  const context = await tasks.run();
  const { loaded, certificate, roundTrip, unchanged } = context;
  return { loaded, certificate, roundTrip, unchanged };
}

/** A stack that was started here and does not answer is stopped again, after its last words were shown. */
async function waitForSocket(project: Project, context: Progress): Promise<number> {
  const { settings } = context.loaded;
  const options = {
    endpoint: endpointOf(settings),
    token: signToken(settings, { user_id: 'hermes-up' }, 60),
    ...(context.certificate?.caFile && { caFile: context.certificate.caFile }),
  };
  try {
    return await probeUntil(options, Date.now() + patience, () => isUp(readState(project)));
  } catch (error) {
    process.stderr.write(await lastLogLines(project));
    if (!context.unchanged) await stopStack(project);
    throw error;
  }
}

function portsOf({ settings }: Loaded): PortNeed[] {
  const app: PortNeed = { port: settings.APP_PORT, setting: 'APP_PORT', host: '127.0.0.1' };
  if (settings.PROXY === 'none') return [{ port: app.port, setting: app.setting }];
  const http: PortNeed = { port: settings.HTTP_PORT, setting: 'HTTP_PORT' };
  const https: PortNeed = { port: settings.HTTPS_PORT, setting: 'HTTPS_PORT' };
  return settings.TLS === 'off' ? [app, http] : [app, http, https];
}
