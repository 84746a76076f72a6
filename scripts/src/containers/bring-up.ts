import { Listr } from 'listr2';
import type { Project } from '../project.js';
import type { Up } from '../stack/bring-up.js';
import { progress } from '../stack/progress.js';
import { bringBack } from './bring-back.js';
import { type Steps, stepsOf } from './bring-up-steps.js';
import { lastLines } from './last-lines.js';
import { readContainers } from './state.js';
import { tearDown } from './stop.js';

/**
 * The same as for processes of this host: everything from the settings to a WebSocket that answers. What fails leaves
 * nothing of this run behind but volumes and images, and the stack that ran before runs again.
 * @param interrupted stops again what was started
 */
export async function bringUp(
  project: Project,
  interrupted: AbortSignal,
): Promise<Up & { readonly line: string }> {
  const context = {} as Steps;
  const before = readContainers(project);
  try {
    await new Listr<Steps, 'default', 'simple'>(stepsOf(project, interrupted), progress).run(context);
  } catch (error) {
    if (context.started) {
      if (!interrupted.aborted) process.stderr.write(await lastLines(project));
      const after = await bringBack(project);
      if (after) process.stderr.write(`${after}\n`);
      else if (!before) await tearDown(project);
    }
    throw error;
  }
  const { loaded, certificate, line, unchanged } = context;
  return { loaded, certificate, line, unchanged };
}
