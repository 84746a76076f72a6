import { existsSync } from 'node:fs';
import type { Settings } from '../../../app/src/settings/table.js';
import { certificateName, livePath } from '../certs/layout.js';
import type { Project } from '../project.js';
import { signToken } from '../sign-token.js';
import { endpointOf } from '../stack/endpoint.js';
import { probeUntil } from '../stack/probe.js';
import { trustOf } from '../stack/trust.js';

/** Milliseconds for a proxy to answer that runs. */
const patience = 60_000;

/**
 * Uses the stack as clients do, through the proxy of one node, its certificate verified under its public name.
 * @returns the round-trip time in milliseconds
 * @throws HermesError `not-answering`
 */
export function probeNode(
  project: Project,
  settings: Settings,
  address: string,
  interrupted: AbortSignal,
): Promise<number> {
  const endpoint = { ...endpointOf(settings), address };
  // Where certificates are elsewhere, it is one that the world trusts.
  const own = existsSync(livePath(project.root, certificateName(settings.DOMAIN), 'chain'));
  const trust = own || !endpoint.tls ? trustOf(project, settings) : { servername: endpoint.host };
  const token = signToken(settings, { user_id: 'hermes-deploy' }, 60);
  return probeUntil(
    { endpoint, token, trust },
    {
      deadline: Date.now() + patience,
      signal: interrupted,
      hopeless: () => (interrupted.aborted ? interrupted.reason : undefined),
    },
  );
}
