import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Project } from '../project.js';

const logs = ['app.log', 'nginx.log'];

/** The last lines of each process's log, headed by its name; empty when there are none. */
export async function lastLogLines(project: Project, count = 5): Promise<string> {
  const parts = await Promise.all(
    logs.map(async (name) => {
      const path = join(project.logs, name);
      if (!existsSync(path)) return '';
      const lines = (await readFile(path, 'utf8')).trimEnd().split('\n').slice(-count);
      return `${name}:\n${lines.map((line) => `  ${line}\n`).join('')}`;
    }),
  );
  return parts.join('');
}
