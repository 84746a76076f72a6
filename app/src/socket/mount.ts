import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Application, NextFunction, Request, RequestHandler, Response } from 'express';
import expressWs from 'express-ws';
import type { WebSocket } from 'ws';
import { HermesError } from '../errors.js';
import { maxFrameBytes, mostGathered } from '../settings/limits.js';
import { type Admission, admit, type Handshake, type Refusal, refuse } from './admission.js';
import type { Capacity } from './capacity.js';
import { bearerProtocol } from './carrier.js';
import { ChannelSocket, type Gathering } from './channel-socket.js';
import { closeCode } from './close-code.js';
import { Connection, type ConnectionContext } from './connection.js';
import { Rounds } from './rounds.js';
import { startTicking } from './ticking.js';
import { boundWaiting } from './waiting-total.js';
import { WriteBatch } from './write-batch.js';

/** What the service wants to know of its sockets. */
export interface SocketEvents {
  opened(channel: string): void;
  closed(channel: string, code: number): void;
  refused(refusal: Refusal, address: string): void;
}

export interface MountOptions {
  readonly context: Omit<ConnectionContext, 'onLeft'>;
  readonly capacity: Capacity;
  readonly events: SocketEvents;
  /** Bytes that may wait for one socket. */
  readonly maxWaiting: number;
  /** Bytes that may wait for all sockets together. */
  readonly maxWaitingTotal: number;
  readonly addressOf: (request: IncomingMessage) => string;
  /** A channel has this connection now. */
  readonly taken: (socket: Socket) => void;
  /** Milliseconds from our close frame until the connection is cut. */
  readonly closeTimeout: number;
}

/**
 * Puts the channels on a server. The only file that knows express-ws, which (5.0.2) accepts an upgrade before any
 * route runs, lets an oversize frame or a rejected handler end the process, and drops the promise of a handler. So
 * everything is decided in `verifyClient`, a `ChannelSocket` bears its errors, and no handler is asynchronous.
 * @returns the open connections, for draining
 */
export function mountChannels(server: Server, options: MountOptions): ReadonlySet<Connection> {
  const connections = new Set<Connection>();
  const gathering: Gathering = {
    rounds: new Rounds(),
    batch: new WriteBatch(mostGathered(options.maxWaiting)),
    maxWaiting: options.maxWaiting,
  };
  /** Of handshakes that are on their way from `verifyClient` to their handler, which is called before `decide` returns. */
  const admissions = new Map<IncomingMessage, Admission>();
  const wsOptions = {
    WebSocket: ChannelSocket,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
    clientTracking: false,
    // Ours does without a function for each socket.
    autoPong: false,
    closeTimeout: options.closeTimeout,
    handleProtocols: (offered: Set<string>) => (offered.has(bearerProtocol) ? bearerProtocol : false),
    verifyClient: (info: { req: IncomingMessage }, decide: Decide) => {
      verify(info.req, options)
        .then((result) => {
          if ('status' in result) return answerRefusal(result, decide);
          admissions.set(info.req, result);
          try {
            decide(true);
          } finally {
            admissions.delete(info.req);
          }
        })
        .catch((error: unknown) => {
          options.context.onFault(error);
          decide(false, 500);
        });
    },
  };
  const { app: routes, getWss } = expressWs(onlyRoute(), server, {
    leaveRouterUntouched: true,
    wsOptions: wsOptions as unknown as NonNullable<expressWs.Options['wsOptions']>,
  });
  // Faults of the server itself, such as a port in use, come by here too; whoever listens has them first-hand.
  getWss().on('error', ignored);

  const context: ConnectionContext = {
    ...options.context,
    onLeft: (connection, code) => {
      connections.delete(connection);
      options.capacity.leave(connection.address);
      options.events.closed(connection.channel, code);
    },
  };
  const serve = (socket: WebSocket, request: IncomingMessage) => {
    const admission = admissions.get(request);
    if (!admission || !(socket instanceof ChannelSocket)) return socket.close(closeCode.internalError);
    options.taken(request.socket);
    const connection = new Connection(socket, admission, context);
    socket.attend(connection, request.socket, gathering);
    connections.add(connection);
    options.capacity.enter(connection.address);
    options.events.opened(connection.channel);
    connection.open(admission.since);
  };
  const bound = boundWaiting(connections, options.maxWaitingTotal, (connection) =>
    connection.close(closeCode.tryAgainLater),
  );
  const ticking = startTicking(connections, options.context.heartbeat);
  server.once('close', () => {
    bound.stop();
    ticking.stop();
  });
  routes.ws('/ws', serve);
  return connections;
}

/**
 * What express-ws routes a socket with, in place of a whole Express app: which channel it is has been decided by then, so
 * there is but one way to go. What Express makes to find a route stays in memory for long: 6 KiB for each socket.
 */
function onlyRoute(): Application {
  let serve: RequestHandler | undefined;
  const routing = {
    get: (_path: string, handler: RequestHandler) => {
      serve = handler;
    },
    handle: (request: Request, response: Response, unhandled: NextFunction) =>
      serve ? serve(request, response, unhandled) : unhandled(),
  };
  return routing as unknown as Application;
}

const ignored = () => {};

type Decide = (result: boolean, status?: number, body?: string, headers?: Record<string, string>) => void;

async function verify(request: IncomingMessage, options: MountOptions): Promise<Admission | Refusal> {
  const handshake: Handshake = {
    url: request.url ?? '/',
    headers: request.headers,
    address: options.addressOf(request),
  };
  const result = await admit(handshake, options.context.rules).catch(unavailable);
  if ('status' in result) options.events.refused(result, handshake.address);
  return result;
}

/** Whose device it is cannot be told while Redis is away: better to come again than to be let in, or sent off for good. */
function unavailable(error: unknown): Refusal {
  if (!(error instanceof HermesError) || error.code !== 'bus-unavailable') throw error;
  return refuse(503, error.message, error.hint, 2);
}

function answerRefusal({ status, error, hint, retryAfterSeconds }: Refusal, decide: Decide): void {
  decide(false, status, JSON.stringify({ error: error || STATUS_CODES[status], hint }), {
    'Content-Type': 'application/json; charset=utf-8',
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
    ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
  });
}
