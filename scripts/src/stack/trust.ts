import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { Settings } from '../../../app/src/settings/table.js';
import { certificateName, livePath } from '../certs/layout.js';
import type { Project } from '../project.js';
import { endpointOf } from './endpoint.js';

export type Trust = Pick<ConnectionOptions, 'servername' | 'ca' | 'allowPartialTrustChain'>;

/**
 * How to verify the stack on this host: under its public name, against the chain of the certificate in use, which a
 * local or a company's own CA may have issued. Empty without TLS.
 */
export function trustOf(project: Project, settings: Settings): Trust {
  const { tls, host } = endpointOf(settings);
  if (!tls) return {};
  const chain = livePath(project.root, certificateName(settings.DOMAIN), 'chain');
  // The chain may end in an intermediate: one's own files need not hold the root.
  return { servername: host, ca: readFileSync(chain, 'utf8'), allowPartialTrustChain: true };
}
