import type { Settings } from '../../../app/src/settings/table.js';
import { replicasOf } from './replicas.js';

/** Milliseconds for the answer. */
const patience = 3_000;

/** Sockets that the processes of the app hold now, behind a proxy on this host; those that do not answer count for none. */
export async function openSockets(settings: Pick<Settings, 'APP_PORT' | 'APP_REPLICAS'>): Promise<number> {
  const counts = await Promise.all(replicasOf(settings).map(({ port }) => socketsAt(port).catch(() => 0)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function socketsAt(port: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(patience) });
  const lines = (await response.text()).matchAll(/^hermes_connections\{.*\} (\d+)$/gm);
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}
