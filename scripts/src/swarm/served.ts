import { messageOf } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { shakeHands } from '../certs/handshake.js';
import type { Project } from '../project.js';
import { endpointOf } from '../stack/endpoint.js';
import type { Node } from './nodes.js';
import { trustOfNodes } from './probe.js';

/** Milliseconds for a handshake. */
const patience = 5_000;

/** The certificate that the proxy of a node serves. */
export interface ServedByNode {
  readonly node: string;
  readonly address: string;
  readonly daysLeft?: number;
  readonly fingerprint?: string;
  /** Why a client would refuse it, or why nobody answers. */
  readonly fault?: string;
}

/** What each node that takes tasks serves; empty without TLS. */
export async function servedByNodes(
  project: Project,
  settings: Settings,
  nodes: readonly Node[],
): Promise<ServedByNode[]> {
  const { tls, port, host: servername } = endpointOf(settings);
  if (!tls) return [];
  const trust = trustOfNodes(project, settings);
  const ca = 'ca' in trust && typeof trust.ca === 'string' ? trust.ca : undefined;
  const ask = async ({ name: node, address }: Node): Promise<ServedByNode> => {
    try {
      const { served, refusal } = await shakeHands({ address, port, servername }, ca, patience);
      const daysLeft = Math.floor((served.notAfter.getTime() - Date.now()) / 86_400_000);
      const { fingerprint } = served;
      return { node, address, daysLeft, fingerprint, ...(refusal && { fault: refusal.reason }) };
    } catch (error) {
      const late = error instanceof Error && error.name === 'AbortError';
      return { node, address, fault: late ? `no answer in ${patience} ms` : messageOf(error) };
    }
  };
  return Promise.all(nodes.filter(({ ready }) => ready).map(ask));
}
