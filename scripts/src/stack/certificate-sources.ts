import { resolve } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { obtainCertificate } from '../acme/obtain.js';
import { assertAcmeClient, isTraefikClient } from '../acme/traefik/client.js';
import { recordOwnOrder } from '../acme/traefik/own-renewals.js';
import { ensureLocal } from '../certs/ensure-local.js';
import { importFiles } from '../certs/import-files.js';
import type { Project } from '../project.js';
import { responderFor } from './responder.js';
import { obtainFromTraefik } from './traefik-acme.js';

export interface CertificateChoices {
  /** Renew though it is not due. */
  readonly force?: boolean;
  /** With the renewal, also a new private key. */
  readonly newKey?: boolean;
  /** Ask the ACME CA whether it wants a renewal, though by our own rules none is due; false if absent. */
  readonly ask?: boolean;
  /** Told what takes a while. */
  readonly say?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface SourceTask {
  readonly project: Project;
  readonly settings: Settings;
  readonly choices: CertificateChoices;
  readonly gid: number | undefined;
}

type Source = 'selfsigned' | 'letsencrypt' | 'files';

export const sourceOf = ({ TLS }: Settings): Source => (TLS === 'off' ? 'selfsigned' : TLS);

/** By where certificates come from: what was done, for the operator. */
export const sources: Readonly<Record<Source, (task: SourceTask) => Promise<string>>> = {
  selfsigned: async ({ project, settings, choices, gid }) => {
    const { force, newKey } = choices;
    const { action, reason, ca } = await ensureLocal({
      folder: project.root,
      domains: settings.DOMAIN,
      days: settings.CERT_DAYS,
      gid,
      ...(force && { force }),
      ...(newKey && { newKey }),
    });
    return [ca.created && 'local CA created', `certificate ${action}${inBrackets(reason)}`]
      .filter(Boolean)
      .join(', ');
  },

  files: async ({ project, settings, gid }) => {
    const files = ownFiles(project, settings);
    const { action } = await importFiles({ folder: project.root, domains: settings.DOMAIN, gid, ...files });
    return `your files ${action}`;
  },

  letsencrypt: async ({ project, settings, choices, gid }) => {
    assertAcmeClient(settings);
    if (isTraefikClient(settings)) return fromTraefik({ project, settings, choices, gid });
    const { say = () => {}, ask = false, ...others } = choices;
    const responder = await responderFor(project, settings);
    const obtained = await obtainCertificate({
      folder: project.root,
      settings,
      responder,
      say,
      ask,
      ...others,
    });
    const { action } = await importFiles({
      folder: project.root,
      domains: settings.DOMAIN,
      gid,
      ...obtained.files,
    });
    // A run that was killed in between has left a certificate that was never put in use.
    const late = obtained.action === 'kept' && action === 'installed';
    return late
      ? 'certificate installed (an earlier run had obtained it)'
      : `certificate ${obtained.action}${inBrackets(obtained.reason)}`;
  },
};

/** What Traefik got from the CA, installed by the same checks. */
async function fromTraefik({ project, settings, choices, gid }: SourceTask): Promise<string> {
  const obtained = await obtainFromTraefik(project, settings, choices);
  if (obtained === 'dropped') return 'certificate dropped: Traefik orders another at the next `make up`';
  const { action } = await importFiles({
    folder: project.root,
    domains: settings.DOMAIN,
    gid,
    ...obtained.files,
  });
  const renewed = obtained.action === 'kept' && action === 'installed';
  if (renewed) await recordOwnOrder(project.root, settings, 'issued');
  const then = `Traefik renews it by itself, from ${obtained.renewsFrom.toISOString()} on`;
  return `certificate ${renewed ? 'taken over from Traefik' : obtained.action} (${then})`;
}

const inBrackets = (reason: string | undefined) => (reason ? ` (${reason})` : '');

function ownFiles({ root }: Project, settings: Settings): { certFile: string; keyFile: string } {
  const { SSL_CERTFILE: cert, SSL_KEYFILE: key } = settings;
  if (cert && key) return { certFile: resolve(root, cert), keyFile: resolve(root, key) };
  throw new HermesError(
    'files-missing',
    'TLS=files needs SSL_CERTFILE and SSL_KEYFILE',
    'set both to the paths of your certificate chain and its key',
  );
}
