import { setTimeout as pause } from 'node:timers/promises';
import { HermesError, messageOf } from '../../../app/src/errors.js';
import { loadSettings } from '../../../app/src/settings/load.js';
import { certificateName } from '../certs/layout.js';
import { projectAt } from '../project.js';
import { inEffect } from '../stack/in-effect.js';
import { isBusy } from '../stack/lock.js';
import { planLook } from './plan-look.js';
import { readRecords, updateRecord } from './record.js';
import { renewNow } from './renew.js';

/*
 * The process of the stack that renews certificates for as long as it runs, whatever made them. It sleeps in short
 * steps and looks at the wall clock after each: a host that was suspended, or whose clock was set, is noticed at once.
 */

/** Milliseconds. */
const step = 15_000;

const project = projectAt(process.argv[2]);
const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
// The terminal that started the stack may close.
process.on('SIGHUP', () => {});

const say = (line: string) => void process.stdout.write(`${new Date().toISOString()} ${line}\n`);

while (!stopping.signal.aborted) {
  await pause(step, undefined, { signal: stopping.signal }).catch(() => {});
  if (!stopping.signal.aborted) await lookIfDue().catch((error: unknown) => say(text(error)));
}

async function lookIfDue(): Promise<void> {
  const { settings, running } = inEffect(project, loadSettings({ folder: project.root }).settings);
  const name = certificateName(settings.DOMAIN);
  // A start issues the first certificate itself.
  if (!running || isBusy(project)) return;
  const plan = await planLook(project, settings, readRecords(project.root)[name]);
  if (!plan.due) {
    // Written down, so that a restart neither forgets the time nor begins anew.
    if (plan.isNew) await updateRecord(project.root, name, (record) => ({ ...record, nextLook: plan.next }));
    return;
  }
  const { outcome } = await renewNow(project, settings, running, { ask: true, say, signal: stopping.signal });
  say(outcome);
}

function text(error: unknown): string {
  return error instanceof HermesError ? error.toText().replace('\n', ' ') : messageOf(error);
}
