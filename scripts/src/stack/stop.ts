import { setTimeout as delay } from 'node:timers/promises';
import type { Project } from '../project.js';
import { isAlive, type ProcessIdentity, signal } from './process-identity.js';
import { clearState, readState } from './state.js';

/** Milliseconds between two looks at a process that is to end. */
const pollInterval = 50;

/**
 * Stops the stack: the supervisor drains and stops its processes; what is left of them, if it died before, is stopped
 * one by one. @returns whether anything was running
 */
export async function stopStack(project: Project): Promise<boolean> {
  const state = readState(project);
  if (!state) return false;
  const processes = [state.supervisor, ...Object.values(state.processes)];
  const running = processes.some(isAlive);
  // The supervisor takes its grace for each process in turn.
  for (const one of processes) await end(one, 'SIGTERM', state.stopGrace * processes.length);
  clearState(project);
  return running;
}

/** Asks a process to end, and makes it when it has not by the deadline. */
async function end(one: ProcessIdentity, name: NodeJS.Signals, grace: number): Promise<void> {
  signal(one, name);
  if (await gone(one, grace)) return;
  signal(one, 'SIGKILL');
  await gone(one, grace);
}

async function gone(one: ProcessIdentity, patience: number): Promise<boolean> {
  const deadline = Date.now() + patience;
  while (isAlive(one)) {
    if (Date.now() > deadline) return false;
    await delay(pollInterval);
  }
  return true;
}
