import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { inside } from '../containers/inside.js';
import { replaceFile } from '../containers/replace-file.js';
import { type ConfigFile, namedConfigs, overlayOf } from './overlay.js';
import type { SwarmPlan } from './plan.js';

/**
 * Writes what the stack files of a plan lack; the proxy's configuration is rendered already.
 * @returns that configuration, by the names under which the swarm keeps it
 */
export function writeSwarmPlan(plan: SwarmPlan): Record<string, string> {
  const files = configsOf(plan);
  replaceFile(plan.paths.overlay, Buffer.from(overlayOf(plan, files)), { mode: 0o600 });
  return namedConfigs(plan.name, files);
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
  return [...rendered, ...start].map(({ file, target }) => ({ target, content: readFileSync(file, 'utf8') }));
}
