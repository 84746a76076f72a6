import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HermesError } from '../../../app/src/errors.js';
import type { Project } from '../project.js';
import type { StackPlan } from './plan.js';
import { isAlive } from './process-identity.js';
import { readState, type StackState } from './state.js';

const supervisor = fileURLToPath(new URL('./supervisor.js', import.meta.url));
/** Milliseconds that the supervisor has to report its processes. */
const patience = 5_000;

/**
 * Starts the supervisor of a plan in the background, and waits until it has started the processes.
 * @param environment of the processes; it holds the secrets, which are not written down
 */
export async function startStack(
  project: Project,
  plan: StackPlan,
  environment: Readonly<Record<string, string>>,
): Promise<StackState> {
  for (const folder of [project.run, project.logs]) mkdirSync(folder, { recursive: true, mode: 0o755 });
  const file = join(project.run, 'plan.json');
  writeFileSync(file, JSON.stringify(plan, null, 2));
  spawn(process.execPath, [supervisor, file], { detached: true, stdio: 'ignore', env: environment }).unref();
  const deadline = Date.now() + patience;
  for (;;) {
    const state = readState(project);
    if (state && plan.processes.every(({ name }) => name in state.processes)) return state;
    if (Date.now() > deadline) {
      throw new HermesError('not-started', 'the processes did not start', 'see `make logs`');
    }
    await delay(50);
  }
}

/** Whether the supervisor of what is running is alive. */
export function isUp(state: StackState | undefined): state is StackState {
  return state !== undefined && isAlive(state.supervisor);
}
