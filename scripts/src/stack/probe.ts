import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type ConnectionOptions, rootCertificates } from 'node:tls';
import { type ClientOptions, WebSocket } from 'ws';
import { HermesError, messageOf } from '../../../app/src/errors.js';
import type { Endpoint } from './endpoint.js';

export interface ProbeOptions {
  readonly endpoint: Endpoint;
  readonly token: string;
  /** CA to trust besides the public ones. */
  readonly caFile?: string;
}

/** Milliseconds that one try may take. */
const patience = 3_000;
const pause = 200;

/**
 * Opens a real WebSocket on this host under the public name, its certificate verified, and waits for the pong.
 * @returns the round-trip time in milliseconds
 */
export async function probe({ endpoint, token, caFile }: ProbeOptions): Promise<number> {
  const ca = caFile && existsSync(caFile) ? [...rootCertificates, readFileSync(caFile, 'utf8')] : undefined;
  const { protocol, port } = new URL(endpoint.socketUrl);
  const options: ClientOptions & Pick<ConnectionOptions, 'servername'> = {
    headers: { Host: new URL(endpoint.socketUrl).host, Authorization: `Bearer ${token}` },
    servername: endpoint.host,
    handshakeTimeout: patience,
    ...(ca && { ca }),
  };
  const socket = new WebSocket(`${protocol}//127.0.0.1${port && `:${port}`}/ws/notifications`, options);
  const signal = AbortSignal.timeout(patience);
  try {
    await once(socket, 'open', { signal });
    const begun = performance.now();
    socket.send(JSON.stringify({ action: 'ping' }));
    await once(socket, 'message', { signal });
    return performance.now() - begun;
  } finally {
    socket.on('error', () => {});
    socket.terminate();
  }
}

/** Probes until it works. @throws HermesError `not-answering` with the last fault */
export async function probeUntil(
  options: ProbeOptions,
  deadline: number,
  alive: () => boolean,
): Promise<number> {
  for (;;) {
    try {
      return await probe(options);
    } catch (error) {
      if (Date.now() > deadline || !alive()) {
        throw new HermesError(
          'not-answering',
          `${options.endpoint.socketUrl} does not answer: ${messageOf(error)}`,
          'see the log lines above, or `make logs`',
        );
      }
      await delay(pause);
    }
  }
}
