import { resolve } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { obtainCertificate } from '../acme/obtain.js';
import { readLive, rollback } from '../certs/certificate-set.js';
import { ensureLocal } from '../certs/ensure-local.js';
import { importFiles } from '../certs/import-files.js';
import { certificateName, certificatePaths, livePath } from '../certs/layout.js';
import { assertServable } from '../certs/servable.js';
import { installServedCopy } from '../certs/served-copy.js';
import type { Project } from '../project.js';
import { responderFor } from './responder.js';
import { findWorkers, servedPath, type Workers } from './workers.js';

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

export interface StackCertificate {
  /** What was done, for the operator. */
  readonly outcome: string;
  /** Chain and key in one file, where the proxy reads it. */
  readonly servedPem: string;
  /** CA that clients have to be told of; undefined when the world trusts it already. */
  readonly caFile?: string;
}

/**
 * Sees to the certificate that the settings ask for, where every consumer finds it.
 * @throws HermesError what is wrong with it, or why there is none; what was served before still is
 */
export async function ensureCertificate(
  project: Project,
  settings: Settings,
  choices: CertificateChoices = {},
): Promise<StackCertificate> {
  const workers = await workersFor(settings);
  const outcome = await sources[sourceOf(settings)]({ project, settings, choices, gid: workers?.gid });
  return { outcome, ...(await share(project, settings, workers)), ...caOf(project, settings) };
}

/**
 * Puts the certificate before the one in use back in use.
 * @throws HermesError `no-earlier-set`
 */
export async function restoreEarlier(project: Project, settings: Settings): Promise<void> {
  const workers = await workersFor(settings);
  await rollback(project.root, certificateName(settings.DOMAIN), { gid: workers?.gid });
  await share(project, settings, workers);
}

/**
 * Puts a certificate that is good already where the proxy reads: a copy there does not outlive `make down` or a reboot.
 * @returns that place, whether or not there is a certificate yet
 */
export async function placeServable(project: Project, settings: Settings): Promise<string> {
  const workers = await workersFor(settings);
  if (isLiveServable(project, settings)) return (await share(project, settings, workers)).servedPem;
  return servedPath(project.root, livePath(project.root, certificateName(settings.DOMAIN), 'tls'), workers);
}

/** Fingerprint of the certificate in use; undefined where there is none that could be used. */
export function liveFingerprint(project: Project, settings: Settings): string | undefined {
  try {
    return readLive(project.root, certificateName(settings.DOMAIN))?.pair.leaf.fingerprint;
  } catch {
    return undefined;
  }
}

/** Whether the certificate in use is valid for all names now. */
export function isLiveServable(project: Project, settings: Settings): boolean {
  try {
    const live = readLive(project.root, certificateName(settings.DOMAIN));
    if (!live) return false;
    assertServable(live.pair, { domains: settings.DOMAIN, now: new Date(), file: live.file });
    return true;
  } catch {
    return false;
  }
}

interface Task {
  readonly project: Project;
  readonly settings: Settings;
  readonly choices: CertificateChoices;
  readonly gid: number | undefined;
}

type Source = 'selfsigned' | 'letsencrypt' | 'files';

const sourceOf = ({ TLS }: Settings): Source => (TLS === 'off' ? 'selfsigned' : TLS);

/** By where certificates come from: what was done, for the operator. */
const sources: Readonly<Record<Source, (task: Task) => Promise<string>>> = {
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
    await importFiles({ folder: project.root, domains: settings.DOMAIN, gid, ...obtained.files });
    return `certificate ${obtained.action}${inBrackets(obtained.reason)}`;
  },
};

const inBrackets = (reason: string | undefined) => (reason ? ` (${reason})` : '');

const workersFor = async ({ PROXY }: Settings): Promise<Workers | undefined> =>
  PROXY === 'none' ? undefined : findWorkers();

/** Gives the workers a copy of what is in use, where they cannot read the original. */
async function share(
  project: Project,
  settings: Settings,
  workers: Workers | undefined,
): Promise<{ servedPem: string }> {
  const name = certificateName(settings.DOMAIN);
  const live = livePath(project.root, name, 'tls');
  const served = servedPath(project.root, live, workers);
  if (served !== live)
    await installServedCopy({ folder: project.root, name, path: served, gid: workers?.gid });
  return { servedPem: served };
}

function caOf(project: Project, settings: Settings): { caFile?: string } {
  return settings.TLS === 'selfsigned' ? { caFile: certificatePaths(project.root).caCert } : {};
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
