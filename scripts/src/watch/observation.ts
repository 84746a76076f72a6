import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import type { CertificateInfo } from '../../../app/src/tls/certificate-info.js';
import { readLive } from '../certs/certificate-set.js';
import { certificateName } from '../certs/layout.js';
import type { WireResult } from '../certs/wire.js';
import type { Inside } from '../containers/seen-from-inside.js';
import type { Project } from '../project.js';
import { type Outlook, renewalOutlook } from '../renewal/outlook.js';
import { type RenewalRecord, readRecords } from '../renewal/record.js';
import { checkServed } from '../stack/certificate-report.js';
import type { Running } from '../stack/in-effect.js';
import { renewerOf } from '../stack/renewer.js';
import { readState } from '../stack/state.js';

/** What was found at one time of the certificate in use: on the wire, on disk, and of its renewal. */
export interface Observation {
  readonly at: Date;
  /** Of the certificate. */
  readonly name: string;
  /** One result for each name and address; empty while no certificate is on disk. */
  readonly wire: readonly WireResult[];
  /** Of what is served, the soonest to end; of the disk where nothing is served; absent where there is neither. */
  readonly certificate?: CertificateInfo;
  readonly outlook?: Outlook;
  readonly record: RenewalRecord;
  /** Why the certificate on disk cannot be compared with anything. */
  readonly unreadable?: string;
}

/**
 * @param patience milliseconds for the server to take up a certificate that was just swapped, or to start
 * @param inside the stack as a container of it sees it; absent on the host
 */
export async function observe(
  project: Project,
  settings: Settings,
  { now, patience, inside }: { now: () => Date; patience: number; inside?: Inside | undefined },
): Promise<Observation> {
  const name = certificateName(settings.DOMAIN);
  const running = inside ?? readState(project);
  const compared = await compare(project, settings, name, patience, running);
  const record = readRecords(project.root)[name] ?? { failures: 0 };
  const at = now();
  const certificate = soonest(compared.wire) ?? compared.disk;
  const outlook = certificate && renewalOutlook(certificate, record, await renewerOf(settings, running), at);
  return {
    at,
    name,
    record,
    wire: compared.wire,
    ...(certificate && { certificate }),
    ...(outlook && { outlook }),
    ...(compared.unreadable && { unreadable: compared.unreadable }),
  };
}

interface Compared {
  readonly wire: readonly WireResult[];
  readonly disk?: CertificateInfo;
  readonly unreadable?: string;
}

async function compare(
  project: Project,
  settings: Settings,
  name: string,
  patience: number,
  running: Running | undefined,
): Promise<Compared> {
  try {
    const live = readLive(project.root, name);
    if (!live) return { wire: [] };
    return { wire: await checkServed(project, settings, running, patience), disk: live.pair.leaf };
  } catch (error) {
    if (error instanceof HermesError) return { wire: [], unreadable: error.message };
    throw error;
  }
}

function soonest(wire: readonly WireResult[]): CertificateInfo | undefined {
  const served = wire.flatMap((result) => result.served ?? []);
  return served.sort((one, other) => one.notAfter.getTime() - other.notAfter.getTime())[0];
}
