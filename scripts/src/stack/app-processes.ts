import { join, resolve } from 'node:path';
import type { Loaded } from '../../../app/src/settings/load.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { type SettingKey, table } from '../../../app/src/settings/table.js';
import type { Project } from '../project.js';
import { appSocketsOf } from './app-socket.js';
import type { ProcessPlan } from './plan.js';
import { replicasOf } from './replicas.js';

/** What to run for each. A history without MongoDB is one's own, so each has a folder for it. */
export function appProcesses(project: Project, { raw, settings, origin }: Loaded): ProcessPlan[] {
  const sockets = appSocketsOf(project, settings);
  return replicasOf(settings).map(({ name, port }, index) => ({
    name,
    command: process.execPath,
    args: ['--enable-source-maps', join(projectRoot, 'dist/app/src/main.js')],
    settings: true,
    ...(index > 0 && {
      environment: {
        APP_PORT: String(port),
        APP_SOCKET: sockets?.[index] ?? 'off',
        DATA_DIR: join(resolve(project.root, settings.DATA_DIR), name),
        MQTT_CLIENT_ID: clientId(raw, port, origin.MQTT_CLIENT_ID === 'default' ? '' : `-${index + 1}`),
      },
    }),
    stopSignal: 'SIGTERM',
  }));
}

/** Brokers end the session of a client whose id another one brings. */
function clientId(raw: Loaded['raw'], port: number, suffix: string): string {
  if (suffix) return `${raw.MQTT_CLIENT_ID}${suffix}`;
  return table.MQTT_CLIENT_ID.fallback((key) => (key === 'APP_PORT' ? String(port) : raw[key as SettingKey]));
}
