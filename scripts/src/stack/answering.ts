import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import type { Project } from '../project.js';
import { signToken } from '../sign-token.js';
import { endpointOf } from './endpoint.js';
import { probeUntil } from './probe.js';
import { isUp, readState } from './state.js';
import { trustOf } from './trust.js';

/** Milliseconds for the stack to answer after its start. */
const patience = 30_000;
/** A process that was started again so many times does not come up by itself. */
const mostRestarts = 2;

/**
 * Waits until a WebSocket of the stack answers.
 * @returns the round-trip time of a ping, in milliseconds
 * @throws HermesError `not-answering`, `not-starting`, or the reason of the interruption
 */
export function awaitAnswer(project: Project, settings: Settings, interrupted: AbortSignal): Promise<number> {
  const before = restartsOf(project);
  return awaitSocket(project, settings, interrupted, () => failedStart(project, before));
}

/** @param hopeless why it is in vain to wait on; undefined while it is not */
export function awaitSocket(
  project: Project,
  settings: Settings,
  interrupted: AbortSignal,
  hopeless: () => HermesError | undefined = () => undefined,
): Promise<number> {
  return probeUntil(
    {
      endpoint: endpointOf(settings),
      token: signToken(settings, { user_id: 'hermes-up' }, 60),
      trust: trustOf(project, settings),
    },
    {
      deadline: Date.now() + patience,
      signal: interrupted,
      hopeless: () => (interrupted.aborted ? interrupted.reason : hopeless()),
    },
  );
}

function failedStart(project: Project, before: Restarts): HermesError | undefined {
  if (!isUp(readState(project))) {
    return new HermesError('not-starting', 'the supervisor of the stack ended', 'see `make logs`');
  }
  const failing = [...restartsOf(project)].find(
    ([name, times]) => times - (before.get(name) ?? 0) >= mostRestarts,
  );
  const fix = 'its last lines say why; correct that, then: make up';
  return failing && new HermesError('not-starting', `the ${failing[0]} ends as soon as it is started`, fix);
}

type Restarts = ReadonlyMap<string, number>;

function restartsOf(project: Project): Restarts {
  const processes = Object.entries(readState(project)?.processes ?? {});
  return new Map(processes.map(([name, { restarts }]) => [name, restarts]));
}
