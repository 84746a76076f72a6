import type { Project } from '../project.js';
import { compose } from './compose.js';
import { isWell, listContainers } from './list.js';
import { readContainers } from './state.js';

/** What the containers that are not well have said last; empty where all are. */
export async function lastLines(project: Project): Promise<string> {
  const stack = readContainers(project);
  const ill = stack ? (await listContainers(stack)).filter((one) => !isWell(one)) : [];
  if (!stack || ill.length === 0) return '';
  const names = [...new Set(ill.map(({ Service }) => Service))];
  const logs = await compose(stack, ['logs', '--no-color', '--tail', '5', ...names]);
  return `${String(logs.stdout)}\n`;
}
