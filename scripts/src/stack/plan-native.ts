import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Loaded } from '../../../app/src/settings/load.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { deriveTimeouts } from '../../../app/src/settings/timeouts.js';
import type { Project } from '../project.js';
import { mask, nginxArguments } from '../render/nginx.js';
import { endpointOf } from './endpoint.js';
import type { ProcessPlan, StackPlan } from './plan.js';

/** Folder of nginx's rendered configuration. */
export const nginxFolder = (project: Project) => join(project.build, 'nginx');

/** What has to run for these settings. @param nginx path of the binary; undefined without a proxy */
export function planNative(project: Project, loaded: Loaded, nginx: string | undefined): StackPlan {
  const { stopGrace } = deriveTimeouts(loaded.settings);
  const app: ProcessPlan = {
    name: 'app',
    command: process.execPath,
    args: ['--enable-source-maps', join(projectRoot, 'dist/app/src/main.js')],
    stopSignal: 'SIGTERM',
  };
  const proxy: ProcessPlan | undefined = nginx
    ? {
        name: 'nginx',
        command: nginx,
        args: nginxArguments({ runDirectory: project.run }, nginxFolder(project)),
        mask: mask.arguments.at(-1) as string,
        stopSignal: 'SIGTERM',
      }
    : undefined;
  return {
    root: project.root,
    fingerprint: fingerprint(project, loaded),
    url: endpointOf(loaded.settings).socketUrl,
    stopGrace,
    processes: proxy ? [app, proxy] : [app],
  };
}

/** Changes with whatever the running processes have read at their start. Certificates are read again by themselves. */
function fingerprint(project: Project, { raw }: Loaded): string {
  const hash = createHash('sha256').update(JSON.stringify(raw)).update(process.version);
  for (const folder of [join(projectRoot, 'dist/app'), project.build]) {
    for (const file of filesBelow(folder)) hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile())
      .sort();
  } catch {
    return [];
  }
}
