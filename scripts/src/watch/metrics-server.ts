import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import type { Logger } from '../../../app/src/log.js';

/** Milliseconds until a port that was taken is tried again. */
const pause = 60_000;

export interface ServeOptions {
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Milliseconds. */
  readonly retryAfter?: number;
  /** To listen at; that of this host alone if absent. */
  readonly address?: string;
}

/**
 * Answers `GET /metrics`, and nothing else, until the signal. A port that is taken is said once and tried
 * again: the watch does not depend on it.
 */
export async function serveMetrics(
  registry: Registry,
  port: number,
  { log, signal, retryAfter = pause, address = '127.0.0.1' }: ServeOptions,
): Promise<void> {
  for (let told = false; !signal.aborted; told = true) {
    const server = createServer(async ({ method, url }, response) => {
      if (method !== 'GET' || url !== '/metrics') return void response.writeHead(404).end();
      response.setHeader('Content-Type', registry.contentType);
      response.end(await registry.metrics());
    });
    try {
      await once(server.listen(port, address), 'listening', { signal });
      if (told) log.info({ port }, 'metrics are served now');
      signal.addEventListener('abort', () => server.close().closeAllConnections(), { once: true });
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (!told && !signal.aborted) {
        const why = code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${code})`;
        log.warn(`port ${port} ${why}, so there are no metrics of certificates; free it, or set WATCH_PORT`);
      }
      await delay(retryAfter, undefined, { signal }).catch(() => {});
    }
  }
}
