import type { Project } from '../project.js';
import { mask, nginxArguments } from '../render/nginx.js';
import { traefikArguments } from '../render/traefik.js';
import { nginxAccessLog, nginxFolder, traefikAccessLog, traefikFolder } from './native-layout.js';
import type { ProcessPlan } from './plan.js';

interface ProxyProcess {
  readonly process: Omit<ProcessPlan, 'command'>;
  /** It appends to this by itself. */
  readonly accessLog: string;
}

/** How each proxy is run. What it says goes through the mask: requests are quoted as they came. */
export const proxyProcesses: Readonly<Record<'nginx' | 'traefik', (project: Project) => ProxyProcess>> = {
  nginx: (project) => ({
    process: {
      name: 'nginx',
      args: nginxArguments({ runDirectory: project.run }, nginxFolder(project)),
      filter: mask,
      stopSignal: 'SIGTERM',
      leaveSignal: 'SIGQUIT',
    },
    accessLog: nginxAccessLog(project),
  }),
  traefik: (project) => ({
    process: {
      name: 'traefik',
      args: traefikArguments(traefikFolder(project)),
      filter: mask,
      stopSignal: 'SIGTERM',
      leaveSignal: 'SIGTERM',
    },
    accessLog: traefikAccessLog(project),
  }),
};
