import { setTimeout as pause } from 'node:timers/promises';
import { loadSettings } from '../../../app/src/settings/load.js';
import { projectAt } from '../project.js';
import { faultLine, lookIfDue } from '../renewal/look.js';
import { renewNow } from '../renewal/renew.js';
import { isLiveServable } from '../stack/certificate.js';
import { awaitAccepting } from './await-accepting.js';
import { inside } from './inside.js';
import { say } from './look-again.js';
import { insideOf } from './seen-from-inside.js';
import { writeVerdict } from './verdict-file.js';

/*
 * The container that renews certificates for as long as it runs, by the same timetable as the process without
 * containers. It signals no other container: each notices by itself what has changed on the shared folders. It is
 * healthy while there is a certificate that can be served.
 */

/** Milliseconds between two looks at the clock. */
const step = 15_000;
/** Milliseconds between two verdicts, also while certbot works. */
const interval = 5_000;

const project = projectAt();
const { settings } = loadSettings();
const stopping = new AbortController();
const { signal } = stopping;
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort());

let fault = 'there is no certificate yet';
const isThere = () => isLiveServable(project, settings);
const tell = () => writeVerdict(isThere() ? 'ok' : fault);
setInterval(tell, interval).unref();
tell();

/** The first certificate is not put off until the next planned look: whoever has mended something starts it anew. */
async function look(): Promise<void> {
  // Behind no proxy, the app starts once there is a certificate.
  const running = settings.PROXY === 'none' && !isThere() ? undefined : insideOf(process.env);
  if (first && !isThere()) {
    if (running) await awaitAccepting(running.host, inside.ports.http, signal);
    const { outcome } = await renewNow(project, settings, running, { ask: true, say, signal });
    say(outcome);
  } else {
    await lookIfDue(project, settings, running, { say, signal });
  }
}

let first = true;
while (!signal.aborted) {
  await look().catch((error: unknown) => {
    if (signal.aborted) return;
    fault = faultLine(error);
    say(fault);
  });
  first = false;
  tell();
  await pause(step, undefined, { signal }).catch(() => {});
}
