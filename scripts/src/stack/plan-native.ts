import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Loaded } from '../../../app/src/settings/load.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { deriveTimeouts } from '../../../app/src/settings/timeouts.js';
import type { Project } from '../project.js';
import { mask, nginxArguments } from '../render/nginx.js';
import type { LogLimit, ProcessPlan, StackPlan } from './plan.js';
import { servedKeys, servedOf } from './served.js';

/** Folder of nginx's rendered configuration. */
export const nginxFolder = (project: Project) => join(project.build, 'nginx');

/** What the supervisor itself could not cope with. */
export const supervisorLog = (project: Project) => join(project.logs, 'supervisor.log');

/** nginx's access log, which it appends to by itself. */
export const nginxAccessLog = (project: Project) => join(project.logs, 'nginx-access.log');

const watchCode = join(projectRoot, 'dist/scripts/src/watch');

const logLimit: LogLimit = { bytes: 10 * 1024 * 1024, kept: 5 };

/** What has to run for these settings. @param nginx path of the binary; undefined without a proxy */
export function planNative(project: Project, loaded: Loaded, nginx: string | undefined): StackPlan {
  const { stopGrace } = deriveTimeouts(loaded.settings);
  const app: ProcessPlan = {
    name: 'app',
    command: process.execPath,
    args: ['--enable-source-maps', join(projectRoot, 'dist/app/src/main.js')],
    settings: true,
    stopSignal: 'SIGTERM',
  };
  const proxy: ProcessPlan | undefined = nginx
    ? {
        name: 'nginx',
        command: nginx,
        args: nginxArguments({ runDirectory: project.run }, nginxFolder(project)),
        filter: mask,
        // Before the app listens, nginx could only answer 502.
        afterPort: loaded.settings.APP_PORT,
        stopSignal: 'SIGTERM',
      }
    : undefined;
  const renewal: ProcessPlan = {
    name: 'renewal',
    command: process.execPath,
    args: ['--enable-source-maps', join(projectRoot, 'dist/scripts/src/renewal/loop.js'), project.root],
    settings: [...servedKeys, 'ACME_EAB_HMAC_KEY'],
    stopSignal: 'SIGTERM',
  };
  const tls = loaded.settings.TLS !== 'off';
  return {
    root: project.root,
    fingerprint: fingerprint(loaded),
    configuration: contentHash([project.build]),
    served: servedOf(loaded.settings),
    stopGrace,
    logLimit,
    appendedLogs: [supervisorLog(project), ...(nginx ? [nginxAccessLog(project)] : [])],
    processes: [
      // In the order of stopping: no renewal begins while the others go.
      ...(tls ? [renewal] : []),
      app,
      ...(proxy ? [proxy] : []),
      ...(tls ? [watchOf(project)] : []),
    ],
  };
}

/** Watches certificates from outside of all that serves or renews them. */
function watchOf(project: Project): ProcessPlan {
  return {
    name: 'watch',
    command: process.execPath,
    args: ['--enable-source-maps', join(watchCode, 'main.js'), project.root],
    settings: [
      'PROXY',
      'TLS',
      'DOMAIN',
      'HTTPS_PORT',
      'APP_PORT',
      'APP_BIND',
      'WATCH_PORT',
      'ALERT_WEBHOOK',
      'LOG_LEVEL',
    ],
    stopSignal: 'SIGTERM',
  };
}

/**
 * Changes with whatever the running processes have read at their start. Certificates are read again by themselves, and
 * nginx's configuration is by a reload: with a proxy, the policy for TLS is in nothing else.
 */
function fingerprint({ raw, settings }: Loaded): string {
  const { TLS_POLICY, ...others } = raw;
  const read = settings.PROXY === 'none' ? raw : others;
  const kit = ['renewal', 'acme', 'certs'].map((folder) => join(projectRoot, 'dist/scripts/src', folder));
  const code = contentHash([join(projectRoot, 'dist/app'), watchCode, ...kit]);
  return createHash('sha256').update(JSON.stringify(read)).update(process.version).update(code).digest('hex');
}

function contentHash(folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of folders.flatMap(filesBelow)) hash.update(file).update(readFileSync(file));
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
