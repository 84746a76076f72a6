import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { inside } from '../containers/inside.js';
import { type Access, replaceFile } from '../containers/replace-file.js';
import { type ConfigFile, overlayOf, type SwarmPlan } from './plan.js';

const own: Access = { mode: 0o600 };

/** Writes what the stack files of a plan refer to; Nginx's configuration is rendered already. */
export function writeSwarmPlan(plan: SwarmPlan): void {
  replaceFile(plan.paths.app, Buffer.from(plainEnv(plan.app)), own);
  replaceFile(plan.paths.overlay, Buffer.from(overlayOf(plan, configsOf(plan))), own);
}

/** The rendered configuration, and what starts the proxy and masks what it says. */
function configsOf({ paths }: SwarmPlan): ConfigFile[] {
  const rendered = readdirSync(paths.nginx, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, target: join(inside.nginx.folder, relative(paths.nginx, file)) }));
  const start = [
    { file: join(projectRoot, 'compose/start-masked.sh'), target: '/etc/hermes/start.sh' },
    { file: join(projectRoot, 'nginx/mask.sed'), target: '/etc/hermes/mask.sed' },
  ];
  return [...rendered, ...start].map((one) => ({ ...one, content: readFileSync(one.file, 'utf8') }));
}

/**
 * The text of a file of variables as `docker stack` reads it, other than Compose: all behind the sign is the value.
 * @throws HermesError `bad-settings`
 */
export function plainEnv(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => {
      if (!value.includes('\n')) return `${key}=${value}\n`;
      throw new HermesError('bad-settings', `${key} has more than one line, which Swarm cannot hand on`);
    })
    .join('');
}
