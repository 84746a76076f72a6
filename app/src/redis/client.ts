import { Cluster, Redis } from 'ioredis';
import type { RedisAddress } from './address.js';
import { watchConnection } from './away.js';

export type RedisClient = Redis | Cluster;

/** Milliseconds for which an answer may be outstanding; longer than any read that Redis holds open. */
const silence = 5_000;

/** Milliseconds between two tries to connect: growing, but never so long that a restart is slept through. */
const retry = (attempt: number) => Math.min(attempt * 100, 1_000);

/**
 * A client that connects by itself, again and again. A command that cannot be sent at once fails at once: whoever
 * publishes is told so, rather than kept waiting.
 */
export function connectRedis(address: RedisAddress): RedisClient {
  const client = openClient(address);
  watchConnection(client);
  return client;
}

function openClient(address: RedisAddress): RedisClient {
  const { nodes, tls, username, password, master, db } = address;
  const node = {
    // Replies to commands that the library does not shape itself, such as blocking reads, differ between versions.
    protocol: 2 as const,
    db,
    maxRetriesPerRequest: 0,
    connectTimeout: 5_000,
    // A master that has become a replica refuses writes over connections that it keeps: the new one is elsewhere.
    reconnectOnError: (error: Error) => error.message.includes('READONLY'),
    // A server that hangs, or one whose host has gone without a word, answers nothing: the connection is given up.
    socketTimeout: silence,
    ...(username && { username }),
    ...(password && { password }),
    ...(tls && { tls: {} }),
  };
  const common = { ...node, enableOfflineQueue: false, retryStrategy: retry };
  switch (address.kind) {
    case 'cluster':
      return new Cluster([...nodes], {
        redisOptions: node,
        clusterRetryStrategy: retry,
        enableOfflineQueue: false,
      });
    case 'sentinel':
      return new Redis({
        ...common,
        sentinels: [...nodes],
        name: master ?? '',
        sentinelRetryStrategy: retry,
        ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
      });
    case 'standalone':
      return new Redis({ ...common, ...nodes[0] });
  }
}

/**
 * Resolves when commands can be sent, or when it is known that they never will be.
 * @param given ends the wait: a client that is told to disconnect between two tries never says that it has ended
 */
export function whenReady(client: RedisClient, given?: AbortSignal): Promise<void> {
  if (client.status === 'ready' || client.status === 'end' || given?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      client.off('ready', done);
      client.off('end', done);
      given?.removeEventListener('abort', done);
      resolve();
    };
    client.on('ready', done);
    client.on('end', done);
    given?.addEventListener('abort', done);
  });
}
