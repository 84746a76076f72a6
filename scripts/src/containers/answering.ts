import type { Settings } from '../../../app/src/settings/table.js';
import type { Project } from '../project.js';
import { signToken } from '../sign-token.js';
import { endpointOf } from '../stack/endpoint.js';
import { probeUntil } from '../stack/probe.js';
import { trustOf } from '../stack/trust.js';

/** Milliseconds for the published port to answer; the containers are healthy already. */
const patience = 30_000;

/**
 * Waits until a WebSocket answers on the published port of this host.
 * @returns the round-trip time of a ping, in milliseconds
 * @throws HermesError `not-answering`, or the reason of the interruption
 */
export function awaitAnswer(project: Project, settings: Settings, interrupted: AbortSignal): Promise<number> {
  return probeUntil(
    {
      endpoint: endpointOf(settings),
      token: signToken(settings, { user_id: 'hermes-up' }, 60),
      trust: trustOf(project, settings),
    },
    {
      deadline: Date.now() + patience,
      signal: interrupted,
      hopeless: () => (interrupted.aborted ? interrupted.reason : undefined),
    },
  );
}
