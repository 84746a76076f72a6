import { HermesError, messageOf } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { certificateName } from '../certs/layout.js';
import type { Project } from '../project.js';
import type { Running } from '../stack/in-effect.js';
import { planLook } from './plan-look.js';
import { readRecords, updateRecord } from './record.js';
import { renewNow } from './renew.js';

export interface Looker {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * One step of the renewal: looks at the certificate if the time for it has come.
 * @param running what serves it; undefined where nothing does yet
 * @throws HermesError those of `renewNow`
 */
export async function lookIfDue(
  project: Project,
  settings: Settings,
  running: Running | undefined,
  { say, signal }: Looker,
): Promise<void> {
  const name = certificateName(settings.DOMAIN);
  const plan = await planLook(project, settings, readRecords(project.root)[name]);
  if (!plan.due) {
    // Written down, so that a restart neither forgets the time nor begins anew.
    if (plan.isNew) await updateRecord(project.root, name, (record) => ({ ...record, nextLook: plan.next }));
    return;
  }
  const { outcome } = await renewNow(project, settings, running, { ask: true, say, signal });
  say(outcome);
}

/** A fault in one line, for a log. */
export function faultLine(error: unknown): string {
  return error instanceof HermesError ? error.toText().replace('\n', ' ') : messageOf(error);
}
