import { setTimeout as pause } from 'node:timers/promises';
import { loadSettings } from '../../../app/src/settings/load.js';
import { projectAt } from '../project.js';
import { inEffect } from '../stack/in-effect.js';
import { isBusy } from '../stack/lock.js';
import { faultLine, lookIfDue } from './look.js';

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
  if (!stopping.signal.aborted) await look().catch((error: unknown) => say(faultLine(error)));
}

async function look(): Promise<void> {
  const { settings, running } = inEffect(project, loadSettings({ folder: project.root }).settings);
  // A start issues the first certificate itself.
  if (!running || isBusy(project)) return;
  await lookIfDue(project, settings, running, { say, signal: stopping.signal });
}
