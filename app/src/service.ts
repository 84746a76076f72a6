import type { Server } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import express from 'express';
import { EmbeddedBus } from './bus/embedded.js';
import { consoleRoutes } from './console/route.js';
import { EmbeddedDevices } from './devices/embedded.js';
import { HermesError } from './errors.js';
import { answerErrors } from './http/body.js';
import { clientAddress } from './http/client-address.js';
import { healthRoutes } from './http/health.js';
import { historyRoutes } from './http/history.js';
import { Metrics } from './http/metrics.js';
import { notFound } from './http/not-found.js';
import { requireKey } from './http/require-key.js';
import { Hub } from './hub/hub.js';
import { ingestRoutes } from './ingest/http.js';
import { createPublish } from './ingest/publish.js';
import type { Logger } from './log.js';
import { closeServer, createServer, listen, trackSockets } from './server.js';
import { projectRoot } from './settings/project-root.js';
import type { Settings } from './settings/table.js';
import { deriveTimeouts } from './settings/timeouts.js';
import { type AdmissionRules, admit } from './socket/admission.js';
import { Capacity } from './socket/capacity.js';
import { drainConnections } from './socket/drain.js';
import { mountChannels } from './socket/mount.js';
import { EmbeddedStore } from './store/embedded.js';
import { chooseTransport, type Transport } from './tls/direct.js';
import { reloadOnChange } from './tls/reload.js';

export interface Service {
  readonly transport: Transport;
  readonly server: Server;
  /** Starts to listen. @throws HermesError `port-in-use` or `address-unknown` */
  listen(): Promise<AddressInfo>;
  /** Looks for a replaced certificate at once. */
  reload(): void;
  /** Turns new handshakes away, drains the sockets, flushes, and releases everything. */
  stop(): Promise<void>;
}

/** The only place where the parts meet: which bus, which store, which transport. */
export async function createService(settings: Settings, log: Logger): Promise<Service> {
  const secret = required(settings.JWT_SECRET_KEY, 'JWT_SECRET_KEY');
  const serviceKey = required(settings.SERVICE_API_KEY, 'SERVICE_API_KEY');
  const transport = chooseTransport(settings.SSL_KEYFILE, settings.SSL_CERTFILE, settings.SSL_REQUIRED);
  const times = deriveTimeouts(settings);
  const metrics = new Metrics();
  const onFault = (error: unknown) => {
    metrics.faults.inc();
    log.error({ err: error }, 'fault');
  };

  const data = resolve(projectRoot, settings.DATA_DIR);
  const maxBytes = settings.EMBEDDED_MAX_MB * 1024 * 1024;
  const bus = new EmbeddedBus({ path: `${data}/bus`, retention: settings.BUS_RETENTION, maxBytes });
  const store = new EmbeddedStore({ path: `${data}/store`, maxBytes });
  const devices = new EmbeddedDevices(`${data}/devices`, settings.DEVICE_REASSIGN);

  const hub = new Hub((receivers) => {
    metrics.fannedOut.inc();
    metrics.deliveries.inc(receivers);
  });
  const leaveBus = bus.subscribe((entries) => {
    for (const entry of entries) hub.deliver(entry);
  });
  const storing = bus.consume('store', (entries) => store.write(entries), onFault);

  const capacity = new Capacity({
    maxConnections: settings.MAX_CONNECTIONS,
    connectionsPerAddress: settings.CONNECTIONS_PER_ADDRESS,
    handshakesPerSecond: settings.HANDSHAKES_PER_SECOND,
  });
  const rules: AdmissionRules = {
    tokens: { secret, algorithm: settings.JWT_ALGORITHM, allowNoExpiry: settings.JWT_ALLOW_NO_EXP },
    allowedOrigins: settings.ALLOWED_ORIGINS,
    fernetKey: settings.WS_SECRET,
    tenantOf: (devEui) => devices.tenantOf(devEui),
    maxSubscriptions: settings.SUBSCRIPTIONS_PER_SOCKET,
    capacity: (address) => capacity.check(address),
  };

  const app = express().disable('x-powered-by').set('query parser', 'simple');
  const server = createServer(transport, times, app);
  const sockets = trackSockets(server);
  const addressOf = clientAddress(settings.TRUST_PROXY_HOPS);
  const connections = mountChannels(app, server, {
    capacity,
    addressOf,
    closeTimeout: times.close,
    context: {
      hub,
      bus,
      rules,
      heartbeat: times,
      maxWaiting: settings.SLOW_CONSUMER_KB * 1024,
      onFault,
    },
    events: {
      opened: (channel) => {
        metrics.handshakes.inc({ status: '101' });
        metrics.connections.inc({ channel });
      },
      closed: (channel, code) => {
        metrics.connections.dec({ channel });
        metrics.closes.inc({ channel, code: String(code) });
      },
      refused: ({ status, error }, address) => {
        metrics.handshakes.inc({ status: String(status) });
        log.info({ address, code: status, reason: error }, 'handshake refused');
      },
    },
  });
  metrics.observe('hermes_topics', 'Topics with a subscriber.', () => hub.topicCount);

  const key = requireKey(serviceKey);
  const publish = createPublish(bus, devices, metrics);
  app.use(
    healthRoutes({
      bus: () => bus.ready(),
      store: () => store.ready(),
      draining: async () => {
        if (capacity.draining) throw new HermesError('draining', 'the instance is stopping');
      },
    }),
    metrics.routes(),
    historyRoutes(key, async (devEui, limit) => {
      await storing.reached((await bus.span()).newest ?? '');
      return store.last(devEui, limit);
    }),
    ingestRoutes(key, publish),
    consoleRoutes((handshake) => admit(handshake, rules), addressOf),
    notFound,
    answerErrors(onFault),
  );

  const reloading =
    transport.kind === 'wss'
      ? reloadOnChange(server as HttpsServer, transport.files, {
          changed: () => log.info('certificate replaced'),
          refused: (error) =>
            log.warn({ err: error }, 'replaced certificate refused, the old one is still served'),
        })
      : undefined;

  return {
    transport,
    server,
    listen: () => listen(server, settings.APP_PORT, settings.APP_BIND),
    reload: () => reloading?.look(),
    stop: async () => {
      capacity.drain();
      reloading?.stop();
      await drainConnections(connections, times.drain);
      await closeServer(server, sockets, times.close);
      leaveBus();
      await storing.stop();
      await Promise.all([bus.close(), store.close(), devices.close()]);
    },
  };
}

function required(value: string | undefined, key: string): string {
  if (value !== undefined) return value;
  throw new HermesError(
    'secret-missing',
    `${key} is not set`,
    `\`make up\` generates it into .env; else set ${key}`,
  );
}
