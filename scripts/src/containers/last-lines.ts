import type { Project } from '../project.js';
import { compose } from './compose.js';
import { readContainers } from './state.js';

interface Container {
  readonly Service: string;
  readonly State: string;
  readonly Health: string;
}

/** What the containers that are not well have said last; empty where all are. */
export async function lastLines(project: Project): Promise<string> {
  const stack = readContainers(project);
  if (!stack) return '';
  const { stdout } = await compose(stack, ['ps', '--all', '--format', 'json']);
  const all = String(stdout)
    .split('\n')
    .filter(Boolean)
    .map((line): Container => JSON.parse(line));
  const ill = all.filter(({ State, Health }) => State !== 'running' || !['', 'healthy'].includes(Health));
  if (ill.length === 0) return '';
  const names = [...new Set(ill.map(({ Service }) => Service))];
  const logs = await compose(stack, ['logs', '--no-color', '--tail', '5', ...names]);
  return `${String(logs.stdout)}\n`;
}
