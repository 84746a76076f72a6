import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import type { Settings } from '../../../app/src/settings/table.js';

/** Image of the proxy. */
export const proxyImage = (): string => valueIn('swarm-nginx', 'image');

/** Memory of an instance of the app at a stage, from the file that says it for Compose. */
export const memoryOf = (stage: Settings['STAGE']): string => valueIn(`stage-${stage}`, 'mem_limit');

/** The one value of a key in a Compose or stack file. */
function valueIn(name: string, key: string): string {
  const text = readFileSync(join(projectRoot, 'compose', `${name}.yaml`), 'utf8');
  const value = new RegExp(`\\b${key}: ([\\w.:/-]+)`).exec(text)?.[1];
  if (!value) throw new Error(`${name}.yaml has no ${key}`);
  return value;
}
