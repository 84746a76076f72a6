import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { assertFree, listenOptions } from './doors.js';
import { HermesError } from './errors.js';
import type { Timeouts } from './settings/timeouts.js';
import type { Transport } from './tls/direct.js';

/** Milliseconds between two looks for requests that are late. Node's own 30 s would add themselves to each limit. */
const checkEvery = 1_000;

/** The HTTP or HTTPS server of a transport; whoever is slow to begin is cut. */
export function createServer(transport: Transport, times: Timeouts, handle: RequestListener): Server {
  const limits = {
    headersTimeout: times.requestHead,
    requestTimeout: times.request,
    connectionsCheckingInterval: checkEvery,
  };
  const server =
    transport.kind === 'wss'
      ? createHttpsServer({ ...transport.options, ...limits, handshakeTimeout: times.requestHead }, handle)
      : createHttpServer(limits, handle);
  return server.on('connection', (socket: Socket) => socket.setNoDelay(true));
}

/** @throws HermesError `port-in-use` or `address-unknown` */
export async function listen(server: Server, port: number, bind: string): Promise<AddressInfo> {
  try {
    await assertFree(port, bind);
    server.listen(listenOptions(port, bind));
    await once(server, 'listening');
    return server.address() as AddressInfo;
  } catch (error) {
    throw explained(error as NodeJS.ErrnoException, port, bind);
  }
}

/**
 * Waits for requests and close handshakes to end, at most for the grace time.
 * @param doors other ways in to the same server
 * @param cut ends whatever is still open
 */
export async function closeServer(
  server: Server,
  doors: readonly NetServer[],
  cut: () => void,
  grace: number,
): Promise<void> {
  const late = setTimeout(cut, grace);
  const closed = [server, ...doors].map((one) => new Promise<void>((done) => one.close(() => done())));
  server.closeIdleConnections();
  await Promise.all(closed);
  clearTimeout(late);
}

/** The connections of a server that nobody else looks after. */
export interface TrackedSockets {
  /** The socket is somebody's, who ends it; one that waits in a channel then keeps nothing here. */
  release(socket: Socket): void;
  destroy(): void;
}

/** Every connection from its first byte on, also before it is HTTP: those in a TLS handshake. */
export function trackSockets(server: Server): TrackedSockets {
  const sockets = new Set<Socket>();
  // One for all sockets; and it comes once in any case, where `once` would keep two objects more for each of them.
  function forget(this: Socket) {
    sockets.delete(this);
  }
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', forget);
  });
  return {
    release: (socket) => {
      if (sockets.delete(socket)) socket.off('close', forget);
    },
    destroy: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function explained(error: NodeJS.ErrnoException, port: number, bind: string): Error {
  switch (error.code) {
    case 'EADDRINUSE':
    case 'EACCES': {
      const cause = error.code === 'EADDRINUSE' ? 'is in use' : 'needs more rights';
      return new HermesError('port-in-use', `port ${port} ${cause}`, 'stop what holds it, or set APP_PORT');
    }
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new HermesError(
        'address-unknown',
        `${bind} is not an address of this machine`,
        'correct APP_BIND; * is every address',
      );
    default:
      return error;
  }
}
