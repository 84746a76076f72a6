import { relative } from 'node:path';
import type { Project } from '../project.js';
import type { Up } from './bring-up.js';
import { endpointOf } from './endpoint.js';

/** What `make up` prints in the end: the address, a way to try it, and how to trust the certificate. */
export function welcome(project: Project, { loaded, certificate, unchanged, line }: Up): string {
  const { socketUrl, pageUrl } = endpointOf(loaded.settings);
  const ca = certificate?.caFile && relative(project.root, certificate.caFile);
  const token = '$(make token USER=me TENANT=demo)';
  const trust = ca ? `--ca ${ca} ` : '';
  const lines = [
    `Monitor Hermes ${unchanged ? 'is up already' : 'is up'}.`,
    '',
    `  URL      ${socketUrl}/ws`,
    `  Console  ${pageUrl}/`,
    `  Try it   npx wscat ${trust}-H "Authorization: Bearer ${token}" -c ${socketUrl}/ws`,
    ...(line ? [`  Compose  ${line}`] : []),
    ...(ca
      ? [`  Trust    the local CA is ${ca}; docs/how-to/trust-the-local-ca.md says how, for each client`]
      : []),
  ];
  return `\n${lines.join('\n')}\n`;
}
