import { type PortNeed, publishedPorts } from '../stack/ports.js';
import { isValidatedByHttp } from '../stack/responder.js';
import type { Served } from '../stack/served.js';

/** The ports of this host that lead to containers. Without a proxy, certbot has the one that a CA comes to. */
export function publishedByContainers(settings: Served): PortNeed[] {
  const { PROXY, HTTP_PORT } = settings;
  const challenges: PortNeed[] =
    PROXY === 'none' && isValidatedByHttp(settings) ? [{ port: HTTP_PORT, setting: 'HTTP_PORT' }] : [];
  return [...publishedPorts(settings), ...challenges];
}
