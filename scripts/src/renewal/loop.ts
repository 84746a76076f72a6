import { setTimeout as pause } from 'node:timers/promises';
import { loadSettings } from '../../../app/src/settings/load.js';
import { projectAt } from '../project.js';
import { inEffect } from '../stack/in-effect.js';
import { isBusy } from '../stack/lock.js';
import { faultLine, lookIfDue } from './look.js';
import { TraefikWatch } from './traefik-watch.js';

/*
 * The process of the stack that renews certificates for as long as it runs, whatever made them. It sleeps in short
 * steps and looks at the wall clock after some: a host that was suspended, or whose clock was set, is noticed at once.
 */

/** Milliseconds between two looks at what Traefik renewed by itself, which is served already. */
const step = 1_000;
/** As many of them between two looks at the clock. */
const steps = 15;

const project = projectAt(process.argv[2]);
const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
// The terminal that started the stack may close.
process.on('SIGHUP', () => {});

const say = (line: string) => void process.stdout.write(`${new Date().toISOString()} ${line}\n`);

const traefik = new TraefikWatch(project, say, stopping.signal);

for (let at = 0; !stopping.signal.aborted; at += 1) {
  await pause(step, undefined, { signal: stopping.signal }).catch(() => {});
  if (stopping.signal.aborted) break;
  await traefik.look().catch((error: unknown) => say(faultLine(error)));
  if (at % steps === steps - 1) await look().catch((error: unknown) => say(faultLine(error)));
}

async function look(): Promise<void> {
  const { settings, running } = inEffect(project, loadSettings({ folder: project.root }).settings);
  // A start issues the first certificate itself.
  if (!running || isBusy(project)) return;
  await lookIfDue(project, settings, running, { say, signal: stopping.signal });
}
