import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import type { Settings } from '../../../app/src/settings/table.js';
import { certificateName, livePath } from '../certs/layout.js';
import type { Project } from '../project.js';
import { signToken } from '../sign-token.js';
import { endpointOf } from '../stack/endpoint.js';
import { probeUntil } from '../stack/probe.js';
import { trustOf } from '../stack/trust.js';
import type { Node } from './nodes.js';

/** Milliseconds for a proxy to answer that runs, and for a connection to say whether there is a way. */
const patience = { answer: 60_000, way: 3_000 };

export interface Probed {
  /** Round-trip time in milliseconds. */
  readonly slowest: number;
  /** Nodes that take tasks, but whose address leads nowhere from this host, as it is with one of their own network. */
  readonly unreached: readonly Node[];
}

/**
 * Uses the stack as clients do, through the proxy of each node, its certificate verified under its public name. That of
 * the manager has to be reached.
 * @throws HermesError `not-answering`
 */
export async function probeNodes(
  project: Project,
  settings: Settings,
  nodes: readonly Node[],
  interrupted: AbortSignal,
): Promise<Probed> {
  const { port } = endpointOf(settings);
  const unreached: Node[] = [];
  let slowest = 0;
  for (const node of nodes.filter(({ ready }) => ready)) {
    if (!node.asked && !(await leadsTo(node.address, port))) unreached.push(node);
    else slowest = Math.max(slowest, await probeNode(project, settings, node.address, interrupted));
  }
  return { slowest, unreached };
}

function probeNode(
  project: Project,
  settings: Settings,
  address: string,
  interrupted: AbortSignal,
): Promise<number> {
  const endpoint = { ...endpointOf(settings), address };
  const token = signToken(settings, { user_id: 'hermes-deploy' }, 60);
  return probeUntil(
    { endpoint, token, trust: trustOfNodes(project, settings) },
    {
      deadline: Date.now() + patience.answer,
      signal: interrupted,
      hopeless: () => (interrupted.aborted ? interrupted.reason : undefined),
    },
  );
}

/** How what nodes serve is verified: where certificates are elsewhere, it is one that the world trusts. */
export function trustOfNodes(project: Project, settings: Settings) {
  const { tls, host } = endpointOf(settings);
  const own = existsSync(livePath(project.root, certificateName(settings.DOMAIN), 'chain'));
  return own || !tls ? trustOf(project, settings) : { servername: host };
}

/** Whether there is a way, though nobody may listen at its end. */
async function leadsTo(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(patience.way) });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
  } finally {
    socket.destroy();
  }
}
