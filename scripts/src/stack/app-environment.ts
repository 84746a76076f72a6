import { resolve } from 'node:path';
import type { Loaded } from '../../../app/src/settings/load.js';
import { type SettingKey, table } from '../../../app/src/settings/table.js';
import { certificateName, livePath } from '../certs/layout.js';
import type { Project } from '../project.js';
import { appSocketsOf } from './app-socket.js';
import { inherited } from './process-environment.js';

/**
 * The environment of the app: every setting in effect. Behind a proxy it speaks plain WS; alone it gets the
 * certificate in use, and rather does not start than speak plain WS where TLS was chosen.
 */
export function appEnvironment(project: Project, { raw, settings }: Loaded): Record<string, string> {
  const values: Record<string, string> = {};
  for (const key of inherited) {
    const value = process.env[key];
    if (value !== undefined) values[key] = value;
  }
  for (const key of Object.keys(table) as SettingKey[]) values[key] = raw[key];
  const direct = settings.PROXY === 'none' && settings.TLS !== 'off';
  const name = certificateName(settings.DOMAIN);
  return {
    ...values,
    NODE_ENV: 'production',
    DATA_DIR: resolve(project.root, settings.DATA_DIR),
    SSL_KEYFILE: direct ? livePath(project.root, name, 'privkey') : '',
    SSL_CERTFILE: direct ? livePath(project.root, name, 'fullchain') : '',
    SSL_REQUIRED: String(direct),
    APP_BIND: settings.PROXY === 'none' ? settings.APP_BIND : '127.0.0.1',
    APP_SOCKET: appSocketsOf(project, settings)?.[0] ?? 'off',
  };
}
