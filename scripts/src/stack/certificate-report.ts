import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { isTraefikClient } from '../acme/traefik/client.js';
import { traefikRenewsFrom } from '../acme/traefik/timetable.js';
import { type Inspected, inspectCertificates } from '../certs/inspect.js';
import { certificateName } from '../certs/layout.js';
import { awaitWire, type WireResult } from '../certs/wire.js';
import { queryForLive } from '../certs/wire-live.js';
import type { Project } from '../project.js';
import { type Outlook, renewalOutlook } from '../renewal/outlook.js';
import { readRecords } from '../renewal/record.js';
import { addressesOf, endpointOf } from './endpoint.js';
import { isInside, type Running } from './in-effect.js';
import { renewerOf } from './renewer.js';
import { hasIpv6 } from './workers.js';

/** A certificate on disk and, where it is the one in use, what is to become of it and what is served of it. */
export interface CertificateReport extends Inspected {
  readonly outlook?: Outlook;
  /** Present while the stack runs. */
  readonly wire?: readonly WireResult[];
}

/** @param running what runs, if these settings are in effect: then there is something to ask */
export async function certificateReports(
  project: Project,
  settings: Settings,
  running: Running | undefined,
): Promise<CertificateReport[]> {
  const inspected = inspectCertificates(project.root, { domains: settings.DOMAIN });
  if (settings.TLS === 'off') return inspected;
  const inUse = certificateName(settings.DOMAIN);
  const record = readRecords(project.root)[inUse];
  return Promise.all(
    inspected.map(async (one) => {
      if (one.kind !== 'live' || one.name !== inUse || !one.info) return one;
      const outlook = renewalOutlook(one.info, record, await renewerOf(settings, running), new Date());
      const wire = running && (await servedAsFarAsRead(project, settings, running));
      const faults = [...one.faults, ...(outlook.worry ? [outlook.worry] : [])];
      const own = isTraefikClient(settings) && {
        renewAt: traefikRenewsFrom(one.info, settings.ACME_LIFETIME),
      };
      return { ...one, ...own, faults, outlook, ...(wire && { wire }) };
    }),
  );
}

/** Undefined where the certificate in use cannot be read: its faults say why. */
async function servedAsFarAsRead(
  project: Project,
  settings: Settings,
  running: Running,
): Promise<WireResult[] | undefined> {
  try {
    return await checkServed(project, settings, running, 0);
  } catch (error) {
    if (error instanceof HermesError) return undefined;
    throw error;
  }
}

/**
 * Compares what is served on this host with the certificate in use, for every name and address family; from inside of
 * the containers, what their proxy serves.
 * @param patience milliseconds for the server to take up a new certificate
 * @throws HermesError where the certificate in use cannot be read
 */
export function checkServed(
  project: Project,
  settings: Settings,
  running: Running | undefined,
  patience: number,
): Promise<WireResult[]> {
  const { hosts, port } = isInside(running)
    ? { hosts: [running.host], port: running.port }
    : { hosts: addressesOf(settings, hasIpv6()), port: endpointOf(settings).port };
  return awaitWire(queryForLive(project.root, settings.DOMAIN, hosts, port), patience);
}

/** The comparison in words. */
export function wireText(results: readonly WireResult[]): string {
  const fault = results.find(({ matches }) => !matches);
  if (!fault || fault.matches) return 'served as on disk';
  return fault.fault === 'wire-dates'
    ? `served as on disk, BUT out of date: ${fault.cause}`
    : `NOT served as on disk: ${fault.cause}`;
}
