import cluster from 'node:cluster';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, createServer, type ListenOptions, type Server as NetServer } from 'node:net';
import { Server as TlsServer } from 'node:tls';

/**
 * Sockets that listen on one port. The loop of Node takes one connection from each in a turn (libuv since 1.45, for the
 * sake of processes that share one), so with one alone a busy process lets in as many a second as it has turns, and
 * whoever comes back after a restart waits behind all others until the client gives up.
 */
const count = 16;

/**
 * Whether several sockets may listen on one port, Linux spreading what comes among them: `reusePort` of Node 22.12 and
 * 23.1. Workers get their connections from the first process, which has little else to do.
 */
const several = process.platform === 'linux' && !cluster.isWorker && knowsReusePort(process.versions.node);

export function knowsReusePort(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
}

/** @param bind an address, or `*` */
const alone = (port: number, bind: string): ListenOptions => ({ port, ...(bind !== '*' && { host: bind }) });

/** How the first socket of a port has to listen, so that others may. */
export const listenOptions = (port: number, bind: string): ListenOptions => ({
  ...alone(port, bind),
  ...(several && { reusePort: true }),
});

/**
 * Fails where somebody listens on a port: the system refuses no second process of the same user where both may share it.
 * @throws an error of the system
 */
export async function assertFree(port: number, bind: string): Promise<void> {
  if (!several || port === 0) return;
  const probe = createServer().listen(alone(port, bind));
  await once(probe, 'listening');
  probe.close();
  await once(probe, 'close');
}

/** Opens more ways in to a server that listens already. */
export async function openMore(server: Server, { port }: AddressInfo, bind: string): Promise<NetServer[]> {
  if (!several) return [];
  return Promise.all(
    Array.from({ length: count - 1 }, async () => {
      const door = doorTo(server).listen(listenOptions(port, bind));
      await once(door, 'listening');
      return door;
    }),
  );
}

/** Another way in to a server; it does not listen yet. */
export function doorTo(server: Server): NetServer {
  // As a server has its own connections: of HTTP, a client may say that it has no more to send, and still gets its answer;
  // with TLS, it has gone then.
  const allowHalfOpen = !(server instanceof TlsServer);
  return createServer({ allowHalfOpen }, (connection) => server.emit('connection', connection));
}
