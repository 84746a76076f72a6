import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { HermesError } from '../../../app/src/errors.js';
import type { Project } from '../project.js';
import type { StackPlan } from './plan.js';
import { signal } from './process-identity.js';
import { writePlan } from './start.js';
import { readState, type StackState } from './state.js';

/** Milliseconds that a reload may take, apart from a drain that it has to wait for. */
const patience = 30_000;

/**
 * Has the supervisor of a running stack take up a plan that differs from its own in the proxy or its configuration alone.
 * @returns milliseconds in which there was no proxy; undefined where it was not replaced
 * @throws HermesError `reload-failed`
 */
export async function requestReload(
  project: Project,
  { supervisor }: StackState,
  plan: StackPlan,
): Promise<number | undefined> {
  const request = randomUUID();
  writePlan(project, { ...plan, request });
  signal(supervisor, 'SIGUSR2');
  const deadline = Date.now() + patience + plan.stopGrace;
  for (;;) {
    const answer = readState(project)?.answer;
    if (answer?.request === request) {
      if (!answer.fault) return answer.gap;
      throw new HermesError(
        'reload-failed',
        answer.fault,
        '`make logs` tells why; `make down` and `make up` start it anew',
      );
    }
    if (Date.now() > deadline) {
      throw new HermesError(
        'reload-failed',
        'the supervisor of the stack does not answer',
        'see `make logs`',
      );
    }
    await delay(25);
  }
}
