import type { Server } from 'node:http';
import express from 'express';
import { tokenKey } from './auth/token.js';
import type { Bus, Consumer } from './bus/bus.js';
import { consoleRoutes } from './console/route.js';
import type { DeviceRegistry } from './devices/registry.js';
import { answerErrors } from './http/body.js';
import { clientAddress } from './http/client-address.js';
import { type Check, healthRoutes } from './http/health.js';
import { historyRoutes } from './http/history.js';
import { promiseHttps } from './http/hsts.js';
import type { Metrics } from './http/metrics.js';
import { notFound } from './http/not-found.js';
import { requireKey } from './http/require-key.js';
import type { Hub } from './hub/hub.js';
import { ingestRoutes } from './ingest/http.js';
import type { Publish } from './ingest/publish.js';
import type { Logger } from './log.js';
import { createServer, trackSockets } from './server.js';
import { promisesHttps } from './settings/hsts.js';
import type { Settings } from './settings/table.js';
import type { Timeouts } from './settings/timeouts.js';
import { type AdmissionRules, admit } from './socket/admission.js';
import type { Capacity } from './socket/capacity.js';
import type { Connection } from './socket/connection.js';
import { mountChannels } from './socket/mount.js';
import type { Store } from './store/store.js';
import type { Transport } from './tls/direct.js';

/** Everything that the front needs of what is behind it. */
export interface FrontParts {
  readonly settings: Settings;
  readonly secrets: { readonly jwt: string; readonly serviceKey: string };
  readonly transport: Transport;
  readonly times: Timeouts;
  readonly bus: Bus;
  readonly hub: Hub;
  readonly store: Store;
  readonly storing: Consumer;
  readonly devices: DeviceRegistry;
  readonly publish: Publish;
  readonly capacity: Capacity;
  /** Bytes that may wait for one socket. */
  readonly maxWaiting: number;
  readonly checks: Readonly<Record<string, Check>>;
  readonly metrics: Metrics;
  /** Gives the metrics of all processes that share the port; absent: there is only this one. */
  readonly gatherMetrics?: () => Promise<string>;
  readonly log: Logger;
  readonly onFault: (error: unknown) => void;
}

export interface Front {
  readonly server: Server;
  readonly connections: ReadonlySet<Connection>;
  /** Ends every connection, whatever it is in the middle of. */
  cut(): void;
}

/** The server with its channels and routes: the chain that a request goes through, in its order. */
export function buildFront(parts: FrontParts): Front {
  const { settings, secrets, metrics, bus, store, storing, onFault } = parts;
  const app = express().disable('x-powered-by').set('query parser', 'simple');
  const server = createServer(parts.transport, parts.times, app);
  const sockets = trackSockets(server);
  const addressOf = clientAddress(settings.TRUST_PROXY_HOPS);
  const rules = admissionRules(parts);
  const connections = mountChannels(server, {
    capacity: parts.capacity,
    addressOf,
    taken: sockets.release,
    closeTimeout: parts.times.close,
    maxWaiting: parts.maxWaiting,
    maxWaitingTotal: settings.SLOW_CONSUMERS_TOTAL_MB * 1024 * 1024,
    context: {
      hub: parts.hub,
      bus,
      rules,
      heartbeat: parts.times,
      onFault,
    },
    events: socketEvents(parts),
  });
  const key = requireKey(secrets.serviceKey);
  if (parts.transport.kind === 'wss' && promisesHttps(settings)) app.use(promiseHttps);
  app.use(
    // First, as nothing else is asked for as often: each router that it goes through costs a message some time.
    ingestRoutes(key, parts.publish),
    healthRoutes(parts.checks),
    metrics.routes(parts.gatherMetrics),
    historyRoutes(key, async (devEui, limit) => {
      await storing.reached((await bus.span()).newest ?? '');
      return store.last(devEui, limit);
    }),
    consoleRoutes((handshake) => admit(handshake, rules), addressOf),
    notFound,
    answerErrors(onFault),
  );
  return {
    server,
    connections,
    cut: () => {
      sockets.destroy();
      for (const connection of connections) connection.cut();
    },
  };
}

function admissionRules({ settings, secrets, devices, capacity }: FrontParts): AdmissionRules {
  return {
    tokens: {
      secret: tokenKey(secrets.jwt),
      algorithm: settings.JWT_ALGORITHM,
      allowNoExpiry: settings.JWT_ALLOW_NO_EXP,
    },
    allowedOrigins: settings.ALLOWED_ORIGINS,
    fernetKey: settings.WS_SECRET,
    tenantOf: (devEui) => devices.tenantOf(devEui),
    maxSubscriptions: settings.SUBSCRIPTIONS_PER_SOCKET,
    capacity: (address) => capacity.check(address),
  };
}

function socketEvents({ metrics, log }: FrontParts) {
  return {
    opened: (channel: string) => {
      metrics.handshakes.inc({ status: '101' });
      metrics.connections.inc({ channel });
    },
    closed: (channel: string, code: number) => {
      metrics.connections.dec({ channel });
      metrics.closes.inc({ channel, code: String(code) });
    },
    refused: ({ status, error }: { status: number; error: string }, address: string) => {
      metrics.handshakes.inc({ status: String(status) });
      log.info({ address, code: status, reason: error }, 'handshake refused');
    },
  };
}
