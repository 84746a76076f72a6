import { resolve } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { ensureLocal } from '../certs/ensure-local.js';
import { importFiles } from '../certs/import-files.js';
import { certificateName, certificatePaths, livePath } from '../certs/layout.js';
import { installServedCopy } from '../certs/served-copy.js';
import type { Project } from '../project.js';
import { findWorkers, servedPath } from './workers.js';

export interface CertificateChoices {
  /** Renew though it is not due. */
  readonly force?: boolean;
  /** With the renewal, also a new private key. */
  readonly newKey?: boolean;
}

export interface StackCertificate {
  /** What was done, for the operator. */
  readonly outcome: string;
  /** Chain and key in one file, where the proxy reads it. */
  readonly servedPem: string;
  /** CA that clients have to be told of; undefined when the world trusts it already. */
  readonly caFile?: string;
}

/** Sees to the certificate that the settings ask for, where every consumer finds it. */
export async function ensureCertificate(
  project: Project,
  settings: Settings,
  choices: CertificateChoices = {},
): Promise<StackCertificate> {
  const workers = settings.PROXY === 'none' ? undefined : await findWorkers();
  const common = { folder: project.root, domains: settings.DOMAIN, gid: workers?.gid };
  const name = certificateName(settings.DOMAIN);
  const own = settings.TLS === 'files' ? ownFiles(project, settings) : undefined;
  const outcome = own
    ? `your files ${(await importFiles({ ...common, ...own })).action}`
    : outcomeText(await ensureLocal({ ...common, ...choices, days: settings.CERT_DAYS }));
  const live = livePath(project.root, name, 'tls');
  const served = servedPath(project.root, live, workers);
  if (served !== live) {
    await installServedCopy({ folder: project.root, name, path: served, gid: workers?.gid });
  }
  return { outcome, servedPem: served, ...(!own && { caFile: certificatePaths(project.root).caCert }) };
}

function outcomeText({ action, reason, ca }: Awaited<ReturnType<typeof ensureLocal>>): string {
  return [ca.created && 'local CA created', `certificate ${action}${reason ? ` (${reason})` : ''}`]
    .filter(Boolean)
    .join(', ');
}

function ownFiles({ root }: Project, settings: Settings): { certFile: string; keyFile: string } {
  const { SSL_CERTFILE: cert, SSL_KEYFILE: key } = settings;
  if (cert && key) return { certFile: resolve(root, cert), keyFile: resolve(root, key) };
  throw new HermesError(
    'files-missing',
    'TLS=files needs SSL_CERTFILE and SSL_KEYFILE',
    'set both to the paths of your certificate chain and its key',
  );
}
