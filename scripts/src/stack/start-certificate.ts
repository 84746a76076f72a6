import { HermesError, messageOf } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { isTraefikClient } from '../acme/traefik/client.js';
import type { Project } from '../project.js';
import { renewNow } from '../renewal/renew.js';
import { ensureCertificate, isLiveServable, type StackCertificate } from './certificate.js';
import type { CertificateChoices } from './certificate-sources.js';
import { readState } from './state.js';

/** The CA looks at this host through the proxy, or it is the proxy that asks, so the proxy has to run first. */
export const isValidatedThroughProxy = (settings: Settings) =>
  isTraefikClient(settings) ||
  (settings.TLS === 'letsencrypt' && settings.PROXY !== 'none' && settings.ACME_CHALLENGE === 'http-01');

/**
 * Sees to the certificate of a stack that starts. Where a CA does not renew one that is good for a while yet, the site
 * is better up than down: that is told on standard error, and the renewal goes on trying.
 * @throws HermesError why there is none to serve
 */
export async function certificateForStart(
  project: Project,
  settings: Settings,
  choices: CertificateChoices,
): Promise<StackCertificate> {
  try {
    return isValidatedThroughProxy(settings)
      ? await renewNow(project, settings, readState(project), choices)
      : await ensureCertificate(project, settings, choices);
  } catch (error) {
    if (choices.signal?.aborted || settings.TLS !== 'letsencrypt' || !isLiveServable(project, settings))
      throw error;
    process.stderr.write(`${error instanceof HermesError ? error.toText() : messageOf(error)}\n`);
    return { outcome: 'NOT renewed, the one before is still good' };
  }
}
