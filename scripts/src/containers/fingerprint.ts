import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import { contentHash } from '../stack/fingerprint.js';
import type { ContainerPaths, ContainerPlan } from './plan.js';

/**
 * Changes with anything that containers are made from, or that they read at their start; of secrets there is the keyed
 * digest among the variables.
 * @param draft where the proxy's configuration is rendered
 * @param images ids of the images, each after its name
 */
export function containerFingerprint(
  { name, files, variables, app }: Omit<ContainerPlan, 'secrets' | 'paths'>,
  { nginx, traefik }: Pick<ContainerPaths, 'nginx' | 'traefik'>,
  images: readonly string[],
): string {
  const sources = contentHash([...new Set(files.map((file) => dirname(file)))]);
  const rendered = contentHash([nginx, traefik]);
  const mask = readFileSync(join(projectRoot, 'nginx', 'mask.sed'), 'utf8');
  const all = JSON.stringify([name, files, variables, app, images, sources, rendered, mask]);
  return createHash('sha256').update(all).digest('hex');
}
