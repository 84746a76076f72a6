import type { Settings } from '../../../app/src/settings/table.js';
import { type Inspected, inspectCertificates } from '../certs/inspect.js';
import { certificateName } from '../certs/layout.js';
import { awaitWire, type WireResult } from '../certs/wire.js';
import { queryForLive } from '../certs/wire-live.js';
import type { Project } from '../project.js';
import { endpointOf } from './endpoint.js';

/** A certificate on disk and, where it is the one in use and the stack runs, what is served of it. */
export interface CertificateReport extends Inspected {
  readonly wire?: readonly WireResult[];
}

/** @param running whether these settings are in effect, so that there is something to ask */
export async function certificateReports(
  project: Project,
  settings: Settings,
  running: boolean,
): Promise<CertificateReport[]> {
  const inspected = inspectCertificates(project.root, { domains: settings.DOMAIN });
  const inUse = certificateName(settings.DOMAIN);
  const served = running && settings.TLS !== 'off';
  return Promise.all(
    inspected.map(async (one) =>
      served && one.kind === 'live' && one.name === inUse && one.info
        ? { ...one, wire: await checkServed(project, settings, 0) }
        : one,
    ),
  );
}

/**
 * Compares what is served on this host with the certificate in use, for every name.
 * @param patience milliseconds for the server to take up a new certificate
 * @throws HermesError where the certificate in use cannot be read
 */
export function checkServed(project: Project, settings: Settings, patience: number): Promise<WireResult[]> {
  const { address, port } = endpointOf(settings);
  return awaitWire(queryForLive(project.root, settings.DOMAIN, [address], port), patience);
}

/** The comparison in words. */
export function wireText(results: readonly WireResult[]): string {
  const fault = results.find(({ matches }) => !matches);
  if (!fault || fault.matches) return 'served as on disk';
  const { cause } = fault;
  return fault.fault === 'wire-dates'
    ? `served as on disk, BUT out of date: ${cause}`
    : `NOT served as on disk: ${cause}`;
}
