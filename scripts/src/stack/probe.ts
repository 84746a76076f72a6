import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type ClientOptions, WebSocket } from 'ws';
import { HermesError, messageOf } from '../../../app/src/errors.js';
import type { Endpoint } from './endpoint.js';
import type { Trust } from './trust.js';

export interface ProbeOptions {
  readonly endpoint: Endpoint;
  readonly token: string;
  /** How its certificate is verified. */
  readonly trust: Trust;
}

export interface ProbeLimits {
  /** Time at which to give up, in milliseconds. */
  readonly deadline: number;
  /** Cuts a try short. */
  readonly signal: AbortSignal;
  /** Why there is no point in trying again; undefined as long as there is. */
  hopeless(): HermesError | undefined;
}

/** Milliseconds that one try may take. */
const patience = 3_000;
const pause = 100;

/** Probes until it works. @throws HermesError `not-answering` with the last fault, or what makes it hopeless */
export async function probeUntil(options: ProbeOptions, limits: ProbeLimits): Promise<number> {
  for (;;) {
    try {
      return await probe(options, limits.signal);
    } catch (error) {
      const reason = limits.hopeless();
      if (reason) throw reason;
      if (Date.now() > limits.deadline) {
        const fault = `${options.endpoint.socketUrl} does not answer: ${messageOf(error)}`;
        throw new HermesError('not-answering', fault, 'see `make logs`');
      }
      await delay(pause);
    }
  }
}

/**
 * Opens a real WebSocket on this host under the public name, its certificate verified, and waits for the pong.
 * @returns the round-trip time in milliseconds
 */
export async function probe({ endpoint, token, trust }: ProbeOptions, cut: AbortSignal): Promise<number> {
  const { protocol, host } = new URL(endpoint.socketUrl);
  const options: ClientOptions & Trust = {
    headers: { Host: host, Authorization: `Bearer ${token}` },
    handshakeTimeout: patience,
    ...trust,
  };
  const address = isIPv6(endpoint.address) ? `[${endpoint.address}]` : endpoint.address;
  const socket = new WebSocket(`${protocol}//${address}:${endpoint.port}/ws/notifications`, options);
  const signal = AbortSignal.any([AbortSignal.timeout(patience), cut]);
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
