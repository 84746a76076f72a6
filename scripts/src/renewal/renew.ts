import { HermesError, messageOf } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { isTraefikClient } from '../acme/traefik/client.js';
import { certificateName } from '../certs/layout.js';
import type { WireResult } from '../certs/wire.js';
import type { Project } from '../project.js';
import {
  ensureCertificate,
  liveFingerprint,
  restoreEarlier,
  type StackCertificate,
} from '../stack/certificate.js';
import { checkServed, wireText } from '../stack/certificate-report.js';
import type { CertificateChoices } from '../stack/certificate-sources.js';
import type { Running } from '../stack/in-effect.js';
import { updateRecord } from './record.js';

/** Milliseconds that a server has to take up a new certificate; in containers, each notices it by itself. */
const patience = { native: 5_000, docker: 20_000 };

export interface Renewal extends StackCertificate {
  /** What is served, name by name; empty where nothing runs. */
  readonly wire: readonly WireResult[];
}

/**
 * One look at the certificate: renews what is due, installs it, and lets the wire decide. What is not taken up is
 * rolled back, so that a restart does not meet a certificate that nobody has proved. The outcome is recorded.
 * @param running what runs; undefined where nothing does
 * @throws HermesError the fault; the certificate before is still served
 */
export async function renewNow(
  project: Project,
  settings: Settings,
  running: Running | undefined,
  choices: CertificateChoices = {},
): Promise<Renewal> {
  const name = certificateName(settings.DOMAIN);
  const begun = new Date().toISOString();
  const before = liveFingerprint(project, settings);
  try {
    const certificate = await ensureCertificate(project, settings, choices);
    const installed = liveFingerprint(project, settings) !== before;
    const wire = running ? await proveServed(project, settings, running, installed, before) : [];
    await updateRecord(project.root, name, ({ lastInstalled }) => ({
      failures: 0,
      lastLook: begun,
      lastSuccess: new Date().toISOString(),
      ...(installed ? { lastInstalled: new Date().toISOString() } : lastInstalled && { lastInstalled }),
    }));
    return { ...certificate, wire };
  } catch (error) {
    // Who is told to stop has not failed.
    if (choices.signal?.aborted) throw error;
    await updateRecord(project.root, name, ({ nextLook: _, ...record }) => ({
      ...record,
      lastLook: begun,
      failures: record.failures + 1,
      fault: { code: error instanceof HermesError ? error.code : 'fault', message: messageOf(error) },
    })).catch(() => {
      // The fault itself is what the operator has to see.
    });
    throw error;
  }
}

async function proveServed(
  project: Project,
  settings: Settings,
  running: Running,
  installed: boolean,
  before: string | undefined,
): Promise<readonly WireResult[]> {
  if (installed) tellApp(settings, running);
  const wire = await checkServed(
    project,
    settings,
    running,
    settings.ENGINE === 'docker' ? patience.docker : patience.native,
  );
  if (wire.every(({ matches }) => matches)) return wire;
  // What Traefik got itself is served from its own store: another file would not be.
  if (!installed || before === undefined || isTraefikClient(settings))
    throw new HermesError('wire-differs', wireText(wire), 'see `make logs`; `make up` starts it anew');
  await restoreEarlier(project, settings);
  tellApp(settings, running);
  throw new HermesError(
    'wire-differs',
    `the new certificate was not taken up, and the one before is back in use: ${wireText(wire)}`,
    'see `make logs`; `make up` starts the stack anew, then `make renew`',
  );
}

/** The app looks at its files every second; told so, it does at once. */
function tellApp({ PROXY }: Settings, running: Running): void {
  const pid = 'processes' in running ? running.processes.app?.identity?.pid : undefined;
  if (PROXY !== 'none' || pid === undefined) return;
  try {
    process.kill(pid, 'SIGHUP');
  } catch {
    // It is being started again, and will read the new files then.
  }
}
