import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { join, resolve } from 'node:path';
import type { Bus, Consumer } from './bus/bus.js';
import { EmbeddedBus } from './bus/embedded.js';
import { follow, storeEvery } from './bus/follow.js';
import { EmbeddedDevices } from './devices/embedded.js';
import type { DeviceRegistry } from './devices/registry.js';
import { type Entry, frameOf } from './domain/message.js';
import { openMore } from './doors.js';
import { HermesError } from './errors.js';
import { buildFront } from './front.js';
import { Metrics } from './http/metrics.js';
import { Hub } from './hub/hub.js';
import { inTurns } from './hub/turns.js';
import { createPublish, type Publish } from './ingest/publish.js';
import { everyMinute } from './ingest/tally.js';
import type { Logger } from './log.js';
import { parseRedisUrl, redisUrlOf, sharesBus } from './redis/address.js';
import { closeServer, listen } from './server.js';
import { mostGathered } from './settings/limits.js';
import { projectRoot } from './settings/project-root.js';
import type { Settings } from './settings/table.js';
import { deriveTimeouts } from './settings/timeouts.js';
import { Capacity } from './socket/capacity.js';
import { drainConnections } from './socket/drain.js';
import { textFrame } from './socket/frame.js';
import { EmbeddedStore } from './store/embedded.js';
import type { Store } from './store/store.js';
import { chooseTransport, type Transport } from './tls/direct.js';
import { reloadOnChange } from './tls/reload.js';
import { rotateTicketKeys } from './tls/ticket-keys.js';
import { listenOnSocket } from './unix-socket.js';
import type { Siblings } from './workers/member.js';

export interface Service {
  readonly transport: Transport;
  readonly server: Server;
  /** Starts to listen. @throws HermesError `port-in-use` or `address-unknown` */
  listen(): Promise<AddressInfo>;
  /** Looks for a replaced certificate at once. */
  reload(): void;
  /** Sends the sockets that are open now away, over the drain window, and goes on serving new ones. */
  sendAway(): void;
  /** Turns new handshakes away, drains the sockets, flushes, and releases everything. */
  stop(): Promise<void>;
}

/** Milliseconds for which a start waits for Redis; an instance that starts while Redis is away serves what it can. */
const redisPatience = 3_000;

/**
 * The only place where the parts meet: which bus, which store, which transport. A client of a server that may be absent
 * is loaded on use: together they would be a quarter of the time of a start.
 * @param siblings the other processes that share the port; absent: there are none
 */
export async function createService(settings: Settings, log: Logger, siblings?: Siblings): Promise<Service> {
  const secrets = {
    jwt: required(settings.JWT_SECRET_KEY, 'JWT_SECRET_KEY'),
    serviceKey: required(settings.SERVICE_API_KEY, 'SERVICE_API_KEY'),
  };
  const transport = chooseTransport({
    keyFile: settings.SSL_KEYFILE,
    certFile: settings.SSL_CERTFILE,
    required: settings.SSL_REQUIRED,
    policy: settings.TLS_POLICY,
  });
  const times = deriveTimeouts(settings);
  const metrics = new Metrics();
  siblings?.contribute(metrics.registry);
  const onFault = (error: unknown) => {
    metrics.faults.inc();
    log.error({ err: error }, 'fault');
  };
  const { bus, devices } = await openBus(settings, onFault);
  const store = await openStore(settings);
  const hub = new Hub(
    (entry) => textFrame(frameOf(entry)),
    (receivers) => {
      metrics.fannedOut.inc();
      metrics.deliveries.inc(receivers);
    },
  );
  const maxWaiting = settings.SLOW_CONSUMER_KB * 1024;
  const largestTurn = mostGathered(maxWaiting);
  const leaveBus = bus.subscribe((entries) => inTurns(entries, largestTurn, (entry) => hub.deliver(entry)));
  const storing = startStoring(settings, bus, store, metrics, onFault);
  const publish = createPublish(bus, devices, metrics);
  const broker = await startBroker(settings, publish, metrics, log);
  const capacity = new Capacity({
    maxConnections: settings.MAX_CONNECTIONS,
    connectionsPerAddress: settings.CONNECTIONS_PER_ADDRESS,
    handshakesPerSecond: settings.HANDSHAKES_PER_SECOND,
  });
  metrics.observe('hermes_topics', 'Topics with a subscriber.', () => hub.topicCount);
  const { server, connections, cut } = buildFront({
    settings,
    secrets,
    transport,
    times,
    bus,
    hub,
    store,
    storing,
    devices,
    publish,
    capacity,
    maxWaiting,
    checks: {
      bus: () => bus.ready(),
      store: () => store.ready(),
      ...(broker && { mqtt: async () => broker.ready() }),
      ...(siblings && {
        workers: async () => {
          if (!siblings.complete) throw new HermesError('starting', 'not all workers listen yet');
        },
      }),
      draining: async () => {
        if (capacity.draining) throw new HermesError('draining', 'the instance is stopping');
      },
    },
    metrics,
    ...(siblings && { gatherMetrics: () => siblings.metrics() }),
    log,
    onFault,
  });
  const reloading =
    transport.kind === 'wss'
      ? reloadOnChange(server as HttpsServer, transport, {
          changed: () => log.info('certificate replaced'),
          refused: (error) =>
            log.warn({ err: error }, 'replaced certificate refused, the old one is still served'),
        })
      : undefined;
  const tickets = transport.kind === 'wss' ? shareTicketKeys(server as HttpsServer, siblings) : undefined;

  const doors: NetServer[] = [];

  return {
    transport,
    server,
    listen: async () => {
      // First, as whoever waits for the port may begin with the socket.
      const path = socketPathOf(settings);
      if (path && transport.kind === 'ws') doors.push(await listenOnSocket(server, path));
      const address = await listen(server, settings.APP_PORT, settings.APP_BIND);
      doors.push(...(await openMore(server, address, settings.APP_BIND)));
      return address;
    },
    reload: () => reloading?.look(),
    sendAway: () => void drainConnections(connections, times.drain),
    stop: async () => {
      capacity.drain();
      reloading?.stop();
      tickets?.stop();
      await broker?.stop();
      await drainConnections(connections, times.drain);
      await closeServer(server, doors, cut, times.close);
      leaveBus();
      await storing.stop();
      await Promise.all([bus.close(), store.close(), devices.close()]);
    },
  };
}

/** A client comes back to any of the processes, so they have to know each other's tickets. */
function shareTicketKeys(server: HttpsServer, siblings: Siblings | undefined): { stop(): void } {
  if (!siblings) return rotateTicketKeys(server);
  siblings.onTicketKeys((keys) => server.setTicketKeys(keys));
  return { stop: () => {} };
}

async function openBus(
  settings: Settings,
  onFault: (error: unknown) => void,
): Promise<{ bus: Bus; devices: DeviceRegistry }> {
  const url = redisUrlOf(settings);
  if (url === undefined) {
    const data = dataFolder(settings);
    const path = `${data}/bus`;
    const bus = new EmbeddedBus({
      path,
      retention: settings.BUS_RETENTION,
      maxBytes: embeddedBytes(settings),
    });
    return { bus, devices: new EmbeddedDevices(`${data}/devices`, settings.DEVICE_REASSIGN) };
  }
  const address = parseRedisUrl(url);
  if (!address) {
    const hint = 'the reference page of settings has the three forms';
    throw new HermesError('bad-settings', 'the address of Redis is not complete', hint);
  }
  const { RedisBus } = await import('./bus/redis/bus.js');
  const { RedisDevices } = await import('./devices/redis.js');
  const bus = new RedisBus({
    address,
    prefix: settings.BUS_PREFIX,
    retention: settings.BUS_RETENTION,
    dedupeWindow: settings.DEDUPE_WINDOW,
    onFault,
  });
  await bus.connected(redisPatience);
  return { bus, devices: new RedisDevices(bus.client, settings.DEVICE_REASSIGN) };
}

/**
 * Instances that share the store split the work. A store of an instance's own, on a bus that others use too, has to
 * get everything: it follows the bus from where it left off.
 */
function startStoring(
  settings: Settings,
  bus: Bus,
  store: Store,
  metrics: Metrics,
  onFault: (error: unknown) => void,
): Consumer {
  const write = async (entries: readonly Entry[]) => {
    const rejected = await store.write(entries);
    metrics.stored.inc(entries.length - rejected.length);
    metrics.deadLetters.inc(rejected.length);
    return rejected;
  };
  if (store instanceof EmbeddedStore && sharesBus(settings)) {
    return follow(bus, store.cursor(), async (entries) => void (await write(entries)), onFault, storeEvery);
  }
  return bus.consume('store', write, onFault);
}

async function openStore(settings: Settings): Promise<Store> {
  if (!settings.MONGO_URI) {
    return new EmbeddedStore({ path: `${dataFolder(settings)}/store`, maxBytes: embeddedBytes(settings) });
  }
  const { MongoStore } = await import('./store/mongo.js');
  return new MongoStore({
    uri: settings.MONGO_URI,
    database: settings.MONGO_DB,
    ttlDays: settings.MESSAGE_TTL_DAYS,
  });
}

async function startBroker(settings: Settings, publish: Publish, metrics: Metrics, log: Logger) {
  if (!settings.MQTT_URL) return undefined;
  const { startMqttIngest } = await import('./ingest/mqtt.js');
  const rejected = everyMinute((reasons) => log.warn({ reasons }, 'payloads from the broker were rejected'));
  const ingest = startMqttIngest(
    {
      url: settings.MQTT_URL,
      clientId: settings.MQTT_CLIENT_ID,
      ...(settings.MQTT_SHARED && { group: settings.BUS_PREFIX }),
      ...(settings.MQTT_CA_FILE && { ca: readFileSync(settings.MQTT_CA_FILE) }),
    },
    publish,
    {
      connected: () => log.info('broker connected'),
      away: (error) => log.warn({ err: error }, 'broker away'),
      rejected: (reason) => {
        metrics.rejectedPayloads.inc();
        rejected.add(reason);
      },
    },
  );
  return {
    ready: () => {
      if (!ingest.connected()) throw new HermesError('broker-unavailable', 'the broker is away');
    },
    stop: async () => {
      rejected.stop();
      await ingest.stop();
    },
  };
}

/** The Unix socket to listen on; undefined: none. */
export function socketPathOf({ APP_SOCKET }: Pick<Settings, 'APP_SOCKET'>): string | undefined {
  if (APP_SOCKET === 'off') return undefined;
  return APP_SOCKET === 'auto' ? join(projectRoot, '.hermes/run/sockets/app.sock') : APP_SOCKET;
}

const dataFolder = (settings: Settings) => resolve(projectRoot, settings.DATA_DIR);

const embeddedBytes = (settings: Settings) => settings.EMBEDDED_MAX_MB * 1024 * 1024;

function required(value: string | undefined, key: string): string {
  if (value !== undefined) return value;
  throw new HermesError(
    'secret-missing',
    `${key} is not set`,
    `\`make up\` generates it into .env; else set ${key}`,
  );
}
