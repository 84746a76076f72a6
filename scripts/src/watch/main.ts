import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../../app/src/errors.js';
import { createLogger } from '../../../app/src/log.js';
import { loadSettings } from '../../../app/src/settings/load.js';
import { sayAlive } from '../containers/alive.js';
import { insideAt } from '../containers/seen-from-inside.js';
import { projectAt } from '../project.js';
import { WatchMetrics } from './metrics.js';
import { serveMetrics } from './metrics-server.js';
import { Watch } from './watch.js';
import { usualLimits } from './webhook.js';

/*
 * A process of the stack that renews nothing and so sees what a renewal does not: what is served, and how long that
 * will do. Its arguments are the folder of the project and, in a container, where the stack answers; settings come by the
 * environment.
 */

/** Milliseconds between two looks. */
const interval = 60_000;

const stopping = new AbortController();
const { signal } = stopping;
process.once('SIGTERM', () => stopping.abort()).once('SIGINT', () => stopping.abort());

const project = projectAt(process.argv[2]);
const { settings } = loadSettings({ folder: project.run });
const log = createLogger(settings.LOG_LEVEL);
const metrics = new WatchMetrics();
const inside = insideAt(process.argv.slice(3));
const watch = new Watch({ project, settings, metrics, log, inside, delivery: { ...usualLimits, signal } });

// A container has nobody but its neighbours to listen to.
const address = inside ? '0.0.0.0' : undefined;
void serveMetrics(metrics.registry, settings.WATCH_PORT, { log, signal, ...(address && { address }) });
if (inside) sayAlive(signal);
while (!signal.aborted) {
  await watch.look().catch((error) => log.error(`the look failed: ${messageOf(error)}`));
  await delay(interval, undefined, { signal }).catch(() => {});
}
