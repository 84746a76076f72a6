import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Loaded } from '../../../app/src/settings/load.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { deriveTimeouts } from '../../../app/src/settings/timeouts.js';
import { isTraefikClient } from '../acme/traefik/client.js';
import type { Project } from '../project.js';
import { mask, nginxArguments } from '../render/nginx.js';
import { traefikArguments } from '../render/traefik.js';
import { staticFile } from '../render/traefik-plan.js';
import type { LogLimit, ProcessPlan, StackPlan } from './plan.js';
import { servedKeys, servedOf } from './served.js';

/** Folder of nginx's rendered configuration. */
export const nginxFolder = (project: Project) => join(project.build, 'nginx');

/** What the supervisor itself could not cope with. */
export const supervisorLog = (project: Project) => join(project.logs, 'supervisor.log');

/** nginx's access log, which it appends to by itself. */
export const nginxAccessLog = (project: Project) => join(project.logs, 'nginx-access.log');

/** Folder of Traefik's rendered configuration. */
export const traefikFolder = (project: Project) => join(project.build, 'traefik');

/** What Traefik says itself. */
export const traefikLog = (project: Project) => join(project.logs, 'traefik.log');

/** Traefik's access log, which it appends to by itself. */
export const traefikAccessLog = (project: Project) => join(project.logs, 'traefik-access.log');

const watchCode = join(projectRoot, 'dist/scripts/src/watch');

const logLimit: LogLimit = { bytes: 10 * 1024 * 1024, kept: 5 };

/** What has to run for these settings. @param binary path of the proxy's program; undefined without a proxy */
export function planNative(project: Project, loaded: Loaded, binary: string | undefined): StackPlan {
  const { stopGrace } = deriveTimeouts(loaded.settings);
  const app: ProcessPlan = {
    name: 'app',
    command: process.execPath,
    args: ['--enable-source-maps', join(projectRoot, 'dist/app/src/main.js')],
    settings: true,
    stopSignal: 'SIGTERM',
  };
  const { PROXY, APP_PORT } = loaded.settings;
  const proxy = binary && PROXY !== 'none' ? proxies[PROXY](project, loaded.settings) : undefined;
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
    fingerprint: fingerprint(project, loaded),
    configuration: contentHash([project.build]),
    served: servedOf(loaded.settings),
    stopGrace,
    logLimit,
    appendedLogs: [supervisorLog(project), ...(proxy ? [proxy.accessLog] : [])],
    processes: [
      // In the order of stopping: no renewal begins while the others go.
      ...(tls ? [renewal] : []),
      app,
      // Before the app listens, a proxy could only answer 502.
      ...(proxy && binary ? [{ ...proxy.process, command: binary, afterPort: APP_PORT }] : []),
      ...(tls ? [watchOf(project)] : []),
    ],
  };
}

interface ProxyParts {
  readonly process: Omit<ProcessPlan, 'command'>;
  /** It appends to this by itself. */
  readonly accessLog: string;
}

/** What each proxy says goes through the mask: requests are quoted as they came. */
const proxies: Readonly<Record<'nginx' | 'traefik', (project: Project, settings: Settings) => ProxyParts>> = {
  nginx: (project) => ({
    process: {
      name: 'nginx',
      args: nginxArguments({ runDirectory: project.run }, nginxFolder(project)),
      filter: mask,
      stopSignal: 'SIGTERM',
    },
    accessLog: nginxAccessLog(project),
  }),
  traefik: (project, settings) => ({
    process: {
      name: 'traefik',
      args: traefikArguments(traefikFolder(project)),
      ...dnsVariables(project, settings),
      filter: mask,
      stopSignal: 'SIGTERM',
    },
    accessLog: traefikAccessLog(project),
  }),
};

/** Credentials of Traefik's own dns-01 come to it alone, and are neither in its configuration nor among arguments. */
function dnsVariables({ root }: Project, settings: Settings): Pick<ProcessPlan, 'environmentFile'> {
  const { ACME_CHALLENGE, ACME_DNS_CREDENTIALS } = settings;
  if (!isTraefikClient(settings) || ACME_CHALLENGE !== 'dns-01' || !ACME_DNS_CREDENTIALS) return {};
  return { environmentFile: resolve(root, ACME_DNS_CREDENTIALS) };
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
 * so is what a proxy can take up while it runs: with a proxy, the policy for TLS is in nothing else.
 */
function fingerprint(project: Project, { raw, settings }: Loaded): string {
  const { TLS_POLICY, ...others } = raw;
  const read = settings.PROXY === 'none' ? raw : others;
  const kit = ['renewal', 'acme', 'certs'].map((folder) => join(projectRoot, 'dist/scripts/src', folder));
  const code = contentHash([join(projectRoot, 'dist/app'), watchCode, ...kit]);
  const start = settings.PROXY === 'traefik' ? readFileSync(join(traefikFolder(project), staticFile)) : '';
  const hash = createHash('sha256').update(JSON.stringify(read)).update(process.version);
  return hash.update(code).update(start).digest('hex');
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
