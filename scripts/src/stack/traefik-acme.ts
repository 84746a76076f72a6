import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { acmeDirectory } from '../acme/directory.js';
import { isTraefikClient } from '../acme/traefik/client.js';
import { registerExternalAccount } from '../acme/traefik/external-account.js';
import { traefikAcmePaths } from '../acme/traefik/layout.js';
import { TraefikLog } from '../acme/traefik/log.js';
import { obtainByTraefik, type TraefikObtained } from '../acme/traefik/obtain.js';
import { dropStored, readStored, readyStore } from '../acme/traefik/store.js';
import { certificateName, livePath } from '../certs/layout.js';
import type { Project } from '../project.js';
import type { TraefikAcme } from '../render/traefik-place.js';
import { orderPath } from '../render/traefik-plan.js';
import { statusOf } from './await-routes.js';
import type { CertificateChoices } from './certificate-sources.js';
import { configureTraefik } from './configure-traefik.js';
import { traefikLog } from './native-layout.js';
import { responderFor } from './responder.js';
import { isRunning, readState } from './state.js';

const pathsFor = ({ root }: Project, settings: Settings) =>
  traefikAcmePaths(root, acmeDirectory(settings).name);

/** What Traefik is configured with to ask the CA itself; undefined where it does not. */
export async function traefikAcme(project: Project, settings: Settings): Promise<TraefikAcme | undefined> {
  if (!isTraefikClient(settings)) return undefined;
  const paths = pathsFor(project, settings);
  const has = (await readStored(paths, settings.DOMAIN)) !== undefined;
  const servesFiles = !has && existsSync(pemOf(project, settings));
  return { url: acmeDirectory(settings).url, store: paths.store, servesFiles, orders: false };
}

/** To be done before anything is stopped: what it needs may take a while, or fail. */
export async function prepareTraefikAcme(
  project: Project,
  settings: Settings,
  say: (line: string) => void,
): Promise<void> {
  if (isTraefikClient(settings)) await registerExternalAccount(project.root, settings, say);
}

/** To be done before Traefik starts: it reads its store once. */
export async function readyTraefikAcme(project: Project, settings: Settings): Promise<void> {
  if (isTraefikClient(settings)) await readyStore(pathsFor(project, settings), settings.DOMAIN);
}

/**
 * Sees to the certificate that Traefik has from the CA.
 * @throws HermesError `renewal-is-traefiks`, `traefik-not-running`, and those of `obtainByTraefik`
 */
export async function obtainFromTraefik(
  project: Project,
  settings: Settings,
  { force, newKey, signal }: CertificateChoices,
): Promise<TraefikObtained | 'dropped'> {
  const runs = isRunning(readState(project));
  if (force || newKey) {
    if (runs) throw notByCommand();
    await dropStored(pathsFor(project, settings), settings.DOMAIN);
    return 'dropped';
  }
  if (!runs) throw notRunning();
  const path = traefikLog(project);
  return obtainByTraefik({
    folder: project.root,
    settings,
    responder: settings.ACME_CHALLENGE === 'tls-alpn-01' ? undefined : await responderFor(project, settings),
    order: (stop) => order(project, settings, stop),
    log: await TraefikLog.from(path),
    signal,
  });
}

function notByCommand(): HermesError {
  return new HermesError(
    'renewal-is-traefiks',
    'Traefik renews by itself, and cannot be told to renew what is not due while it runs',
    'make down && make renew FORCE=1 && make up: it then orders another, with a new key; sockets have to reconnect',
  );
}

function notRunning(): HermesError {
  return new HermesError(
    'traefik-not-running',
    'Traefik asks the CA for the certificate (ACME_CLIENT=traefik), and does not run',
    'make up',
  );
}

/** Milliseconds for Traefik to read a file that has changed. */
const patience = 15_000;
const interval = 25;

/**
 * Lets Traefik read that it should order, and takes that away at once: as long as it stands there, Traefik orders anew
 * with each change of anything, and every failure counts.
 */
async function order(project: Project, settings: Settings, signal: AbortSignal | undefined): Promise<void> {
  const own = await traefikAcme(project, settings);
  const configure = (orders: boolean) =>
    configureTraefik(project, settings, pemOf(project, settings), own && { ...own, orders });
  configure(true);
  try {
    const deadline = Date.now() + patience;
    while ((await statusOf(settings, orderPath)) !== ordering) {
      if (Date.now() > deadline) throw notTakenUp();
      await pause(interval, undefined, { signal });
    }
  } finally {
    configure(false);
  }
}

/** Of `noop@internal`, which answers the path for as long as the order stands. */
const ordering = 418;

function notTakenUp(): HermesError {
  return new HermesError(
    'traefik-acme-silent',
    'Traefik does not take up its configuration, and so orders no certificate',
    'see `make logs`; `make up` starts it anew',
  );
}

const pemOf = ({ root }: Project, { DOMAIN }: Settings) => livePath(root, certificateName(DOMAIN), 'tls');
