import { setTimeout as pause } from 'node:timers/promises';
import { loadSettings } from '../../../app/src/settings/load.js';
import { projectAt } from '../project.js';
import { faultLine, lookIfDue } from '../renewal/look.js';
import { sayAlive } from './alive.js';
import { say } from './look-again.js';
import { insideAt } from './seen-from-inside.js';

/*
 * The container that renews certificates for as long as the stack runs. It needs to signal nobody: who serves them reads
 * them anew. Arguments: host and port where the stack answers. A renewal is proved there, on the wire.
 */

/** Milliseconds between two looks at the clock, which may have been set meanwhile. */
const step = 15_000;

const { settings } = loadSettings();
const project = projectAt();
const running = insideAt(process.argv.slice(2));
const stopping = new AbortController();
const { signal } = stopping;
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort());

sayAlive(signal);
while (running && !signal.aborted) {
  await pause(step, undefined, { signal }).catch(() => {});
  if (signal.aborted) break;
  await lookIfDue(project, settings, running, { say, signal }).catch((error: unknown) =>
    say(faultLine(error)),
  );
}
