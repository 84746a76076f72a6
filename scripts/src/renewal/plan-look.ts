import type { Settings } from '../../../app/src/settings/table.js';
import { acmeDirectory } from '../acme/directory.js';
import { allowedFrom } from '../acme/ledger.js';
import { limitsFor } from '../acme/limits.js';
import { readLive } from '../certs/certificate-set.js';
import { certificateName } from '../certs/layout.js';
import type { Project } from '../project.js';
import { ownFilesChanged } from './own-files-changed.js';
import type { RenewalRecord } from './record.js';
import { isLookDue, nextLook } from './timetable.js';

export interface LookPlan {
  readonly due: boolean;
  /** ISO 8601. */
  readonly next: string;
  /** It has just been made, and nobody has written it down. */
  readonly isNew: boolean;
}

/** When the renewal loop has to look next: as it was planned, else by the timetable; at once for files that changed. */
export async function planLook(
  project: Project,
  settings: Settings,
  record: RenewalRecord = { failures: 0 },
  now: Date = new Date(),
): Promise<LookPlan> {
  const lastLook = record.lastLook === undefined ? undefined : new Date(record.lastLook);
  const planned = record.nextLook === undefined ? undefined : new Date(record.nextLook);
  const next = planned ?? (await timetabled(project, settings, record, lastLook, now));
  const due = isLookDue(now, next, lastLook) || ownFilesChanged(project, settings, lastLook, now);
  return { due, next: next.toISOString(), isNew: planned === undefined };
}

async function timetabled(
  project: Project,
  settings: Settings,
  { failures }: RenewalRecord,
  lastLook: Date | undefined,
  now: Date,
): Promise<Date> {
  const notBeforeTry = failures > 0 ? await ledgerAllows(project, settings, now) : undefined;
  return nextLook({
    now,
    failures,
    certificate: liveOf(project, settings),
    lastLook,
    random: Math.random,
    ...(notBeforeTry && { notBeforeTry }),
  });
}

function ledgerAllows(project: Project, settings: Settings, now: Date): Promise<Date | undefined> {
  if (settings.TLS !== 'letsencrypt') return Promise.resolve(undefined);
  const directory = acmeDirectory(settings);
  const order = { directory: directory.name, names: settings.DOMAIN };
  return allowedFrom(project.root, order, limitsFor(settings, directory), now);
}

/** A certificate that cannot be read is as good as none. */
function liveOf({ root }: Project, { DOMAIN }: Settings) {
  try {
    return readLive(root, certificateName(DOMAIN))?.pair.leaf;
  } catch {
    return undefined;
  }
}
