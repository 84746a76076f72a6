import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HermesError } from '../../../app/src/errors.js';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import type { Project } from '../project.js';
import { supervisorLog } from './native-layout.js';
import type { StackPlan } from './plan.js';
import { readState } from './state.js';

const supervisor = join(projectRoot, 'dist/scripts/src/stack/supervisor.js');
/** Milliseconds that the supervisor has to report. */
const patience = 10_000;

/**
 * Starts the supervisor of a plan in the background, and waits until it is at work. Its processes may take longer.
 * @param environment of the processes; it holds the secrets, which are not written down
 * @throws HermesError `not-started`
 */
export async function startStack(
  project: Project,
  plan: StackPlan,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  for (const folder of [project.run, project.logs]) mkdirSync(folder, { recursive: true, mode: 0o755 });
  const file = writePlan(project, plan);
  const log = openSync(supervisorLog(project), 'a', 0o600);
  const child = spawn(process.execPath, [supervisor, file], {
    detached: true,
    stdio: ['ignore', 'ignore', log],
    env: environment,
  });
  closeSync(log);
  child.unref();
  const deadline = Date.now() + patience;
  while (readState(project)?.supervisor.pid !== child.pid) {
    if (Date.now() > deadline || child.exitCode !== null || child.signalCode !== null) {
      throw new HermesError('not-started', 'the supervisor of the stack did not start', 'see `make logs`');
    }
    await delay(25);
  }
}

/** @returns the path, which is the argument of the supervisor */
export function writePlan(project: Project, plan: StackPlan): string {
  const file = join(project.run, 'plan.json');
  writeFileSync(`${file}.new`, JSON.stringify(plan, null, 2));
  renameSync(`${file}.new`, file);
  return file;
}
