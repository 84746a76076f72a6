import type { Project } from '../project.js';
import { endOrphans, endProcess } from './end-process.js';
import { clearState, identitiesOf, isRunning, readState } from './state.js';
import { removeServedCopy } from './workers.js';

/**
 * Stops the stack: the supervisor drains and stops its processes; what is left of them, if it died before, is stopped
 * one by one.
 * @returns whether anything was running
 * @throws HermesError `not-yours` or `not-stopped`
 */
export async function stopStack(project: Project): Promise<boolean> {
  const state = readState(project);
  if (!state) return false;
  const processes = identitiesOf(state);
  const running = isRunning(state);
  // The supervisor takes its grace for each process in turn.
  await endProcess(state.supervisor, 'SIGTERM', state.stopGrace * (processes.length + 1));
  for (const one of processes) {
    await endProcess(one, 'SIGTERM', state.stopGrace);
    await endOrphans(one, state.stopGrace);
  }
  clearState(project);
  return running;
}

/** Stops the stack for good, so that nothing of it is left outside of the project either. */
export async function tearDown(project: Project): Promise<boolean> {
  const stopped = await stopStack(project);
  removeServedCopy(project.root);
  return stopped;
}
