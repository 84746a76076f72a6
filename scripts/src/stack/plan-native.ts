import { join } from 'node:path';
import type { Loaded } from '../../../app/src/settings/load.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { deriveTimeouts } from '../../../app/src/settings/timeouts.js';
import type { Project } from '../project.js';
import { appProcesses } from './app-processes.js';
import { contentHash, fingerprint, proxyFingerprint } from './fingerprint.js';
import { supervisorLog } from './native-layout.js';
import type { LogLimit, ProcessPlan, StackPlan } from './plan.js';
import { proxyProcesses } from './proxy-process.js';
import { replicasOf } from './replicas.js';
import { servedKeys, servedOf } from './served.js';

const logLimit: LogLimit = { bytes: 10 * 1024 * 1024, kept: 5 };

/** What has to run for these settings. @param binary path of the proxy's program; undefined without a proxy */
export function planNative(project: Project, loaded: Loaded, binary: string | undefined): StackPlan {
  const { settings } = loaded;
  const { PROXY } = settings;
  const proxy = binary && PROXY !== 'none' ? proxyProcesses[PROXY](project, settings) : undefined;
  const tls = settings.TLS !== 'off';
  return {
    root: project.root,
    fingerprint: fingerprint(loaded),
    proxy: proxyFingerprint(project, loaded, binary),
    configuration: contentHash([project.build]),
    served: servedOf(settings),
    stopGrace: deriveTimeouts(settings).stopGrace,
    logLimit,
    appendedLogs: [supervisorLog(project), ...(proxy ? [proxy.accessLog] : [])],
    processes: [
      // In the order of stopping: no renewal begins while the others go.
      ...(tls ? [renewalOf(project)] : []),
      ...appProcesses(project, loaded),
      // Before the app listens, a proxy could only answer 502.
      ...(proxy && binary
        ? [{ ...proxy.process, command: binary, afterPorts: replicasOf(settings).map(({ port }) => port) }]
        : []),
      ...(tls ? [watchOf(project)] : []),
    ],
  };
}

function renewalOf(project: Project): ProcessPlan {
  return {
    name: 'renewal',
    command: process.execPath,
    args: ['--enable-source-maps', join(projectRoot, 'dist/scripts/src/renewal/loop.js'), project.root],
    settings: [...servedKeys, 'ACME_EAB_HMAC_KEY'],
    stopSignal: 'SIGTERM',
  };
}

/** Watches certificates from outside of all that serves or renews them. */
function watchOf(project: Project): ProcessPlan {
  return {
    name: 'watch',
    command: process.execPath,
    args: ['--enable-source-maps', join(projectRoot, 'dist/scripts/src/watch/main.js'), project.root],
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
