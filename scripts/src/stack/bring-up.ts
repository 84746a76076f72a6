import { Listr } from 'listr2';
import type { Loaded } from '../../../app/src/settings/load.js';
import type { Project } from '../project.js';
import { type Steps, stepsOf } from './bring-up-steps.js';
import type { StackCertificate } from './certificate.js';
import { lastLogLines, markLogs } from './last-log-lines.js';
import { progress } from './progress.js';
import { isRunning, readState } from './state.js';
import { tearDown } from './stop.js';

export interface Up {
  readonly loaded: Loaded;
  readonly certificate: StackCertificate | undefined;
  /** Nothing had to be done: it was running like this already. */
  readonly unchanged: boolean;
  /** With containers: the line of `docker compose` that starts the same. */
  readonly line?: string;
}

/**
 * Everything from the settings to a WebSocket that answers. What fails leaves nothing of this run behind, and a stack
 * that runs is not touched before it is clear that the new one can start.
 * @param interrupted stops again what was started
 */
export async function bringUp(project: Project, interrupted: AbortSignal): Promise<Up> {
  const marks = markLogs(project);
  const context = {} as Steps;
  try {
    await new Listr<Steps, 'default', 'simple'>(stepsOf(project, interrupted), progress).run(context);
  } catch (error) {
    if (context.started) {
      await tearDown(project);
      if (!context.ordering) process.stderr.write(lastLogLines(project, marks));
    } else if (!isRunning(readState(project))) await tearDown(project);
    throw error;
  }
  const { loaded, certificate, unchanged } = context;
  return { loaded, certificate, unchanged };
}
