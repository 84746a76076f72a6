import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Settings } from '../../../app/src/settings/table.js';
import { endpointOf } from './endpoint.js';

/** Milliseconds between two tries. */
const interval = 25;

/**
 * Waits until the proxy knows our site on its port for HTTP. Traefik listens a moment before it has read its routes, and
 * answers 404 until then; a CA that came so early would count a failure.
 * @param patience milliseconds after which it gives up waiting; what follows then tells what is wrong
 */
export async function awaitRoutes(settings: Settings, patience: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + patience;
  while (!signal.aborted && Date.now() < deadline && !(await isRouted(settings))) await delay(interval);
}

const isRouted = async (settings: Settings) => ![undefined, 404].includes(await statusOf(settings, '/'));

/** What the proxy answers for our site on its port for HTTP; undefined where it does not. */
export async function statusOf(settings: Settings, path: string): Promise<number | undefined> {
  try {
    const asked = request({
      host: '127.0.0.1',
      port: settings.HTTP_PORT,
      path,
      headers: { Host: endpointOf(settings).host },
      agent: false,
      signal: AbortSignal.timeout(1_000),
    });
    const [response] = (await once(asked.end(), 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  } catch {
    return undefined;
  }
}
