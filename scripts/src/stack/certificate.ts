import type { Settings } from '../../../app/src/settings/table.js';
import { readLive, rollback } from '../certs/certificate-set.js';
import { certificateName, certificatePaths, livePath } from '../certs/layout.js';
import { assertServable } from '../certs/servable.js';
import { installServedCopy } from '../certs/served-copy.js';
import { containerGroup } from '../containers/group.js';
import { giveToRenewal } from '../containers/renewal-access.js';
import type { Project } from '../project.js';
import { type CertificateChoices, sourceOf, sources } from './certificate-sources.js';
import { rereadCertificates } from './configure-traefik.js';
import { findWorkers, servedPath, type Workers } from './workers.js';

export interface StackCertificate {
  /** What was done, for the operator. */
  readonly outcome: string;
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
  const outcome = await sources[sourceOf(settings)]({
    project,
    settings,
    choices,
    gid: await readersOf(settings),
  });
  await share(project, settings, workers);
  return { outcome, ...caOf(project, settings) };
}

/**
 * Puts the certificate before the one in use back in use.
 * @throws HermesError `no-earlier-set`
 */
export async function restoreEarlier(project: Project, settings: Settings): Promise<void> {
  const workers = await workersFor(settings);
  await rollback(project.root, certificateName(settings.DOMAIN), { gid: await readersOf(settings) });
  await share(project, settings, workers);
}

/**
 * Puts a certificate that is good already where the proxy reads: a copy there does not outlive `make down` or a reboot.
 * @returns that place, whether or not there is a certificate yet
 */
export async function placeServable(project: Project, settings: Settings): Promise<string> {
  const workers = await workersFor(settings);
  if (isLiveServable(project, settings)) return share(project, settings, workers);
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

/** Containers read the original, here or on the nodes of a swarm. */
const readByContainers = ({ ENGINE }: Settings) => ENGINE === 'docker' || ENGINE === 'swarm';

/** On this host only nginx has workers under another user; Traefik and the app read the original. */
const workersFor = async (settings: Settings): Promise<Workers | undefined> =>
  settings.PROXY === 'nginx' && !readByContainers(settings) ? findWorkers() : undefined;

/** Group of those who read the certificate, where they are not who runs this. */
const readersOf = async (settings: Settings): Promise<number | undefined> =>
  readByContainers(settings) ? containerGroup() : (await workersFor(settings))?.gid;

/**
 * Gives the workers a copy of what is in use, where they cannot read the original, and has Traefik read it.
 * @returns where the proxy reads it
 */
async function share(project: Project, settings: Settings, workers: Workers | undefined): Promise<string> {
  const name = certificateName(settings.DOMAIN);
  const live = livePath(project.root, name, 'tls');
  const served = servedPath(project.root, live, workers);
  if (served !== live)
    await installServedCopy({ folder: project.root, name, path: served, gid: workers?.gid });
  if (settings.ENGINE === 'docker') giveToRenewal(project);
  if (settings.PROXY === 'traefik') rereadCertificates(project, settings, served);
  return served;
}

function caOf(project: Project, settings: Settings): { caFile?: string } {
  return settings.TLS === 'selfsigned' ? { caFile: certificatePaths(project.root).caCert } : {};
}
