import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import type { Responder } from '../acme/certbot-arguments.js';
import { isTraefikClient } from '../acme/traefik/client.js';
import { inside } from '../containers/inside.js';
import type { Project } from '../project.js';
import { proofPath } from '../render/traefik-plan.js';
import { findWorkers, webrootPath } from './workers.js';

/**
 * How this stack answers the challenges of an ACME CA.
 * @throws HermesError `dns-plugin-missing`
 */
export async function responderFor(project: Project, settings: Settings): Promise<Responder> {
  if (settings.ACME_CHALLENGE === 'dns-01') return dnsResponder(project, settings);
  if (settings.ENGINE === 'docker') return responderInside(settings);
  if (settings.PROXY === 'none') return { kind: 'standalone', port: settings.HTTP_PORT };
  if (settings.PROXY === 'traefik') {
    const own = isTraefikClient(settings);
    return { kind: 'standalone', ...behindTraefik(settings), ...(own && { proofPath }) };
  }
  return { kind: 'webroot', folder: await ensureWebroot(project) };
}

/** In a container of its own, certbot listens for the proxy, or for whatever Docker leads there. */
function responderInside({ PROXY }: Settings): Responder {
  return PROXY === 'nginx'
    ? { kind: 'webroot', folder: inside.webroot }
    : { kind: 'standalone', port: inside.ports.challenges };
}

/** The folder that the proxy serves challenges from; it is made where it is absent. */
export async function ensureWebroot(project: Project): Promise<string> {
  const folder = webrootPath(project.run, project.root, await findWorkers());
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  return folder;
}

/** Whether the CA comes to port 80. */
export const isValidatedByHttp = ({ TLS, ACME_CHALLENGE }: Pick<Settings, 'TLS' | 'ACME_CHALLENGE'>) =>
  TLS === 'letsencrypt' && ACME_CHALLENGE === 'http-01';

/** Where HTTP-01 challenges that Traefik passes on are answered, or the way to it is tried out; undefined where there are none. */
export function acmeAnswers(settings: Settings): { address: string; port: number } | undefined {
  return isValidatedByHttp(settings) ? behindTraefik(settings) : undefined;
}

const behindTraefik = ({ ACME_ANSWER_PORT: port }: Settings) => ({ address: '127.0.0.1', port });

function dnsResponder({ root }: Project, settings: Settings): Responder {
  const { ACME_DNS_PLUGIN: plugin, ACME_DNS_CREDENTIALS: credentials, ACME_DNS_PROPAGATION } = settings;
  if (plugin && credentials) {
    const propagation = ACME_DNS_PROPAGATION;
    return { kind: 'dns', plugin, credentials: resolve(root, credentials), propagation };
  }
  throw new HermesError(
    'dns-plugin-missing',
    'ACME_CHALLENGE=dns-01 needs ACME_DNS_PLUGIN and ACME_DNS_CREDENTIALS',
    'name the plugin of your DNS, such as cloudflare or rfc2136, and the file with its credentials',
  );
}
