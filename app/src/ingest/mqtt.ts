import { rootCertificates } from 'node:tls';
import mqtt, { type MqttClient } from 'mqtt';
import type { HermesError } from '../errors.js';
import { parseJson } from '../http/body.js';
import type { Publish } from './publish.js';
import { readUplink } from './uplink.js';

export interface MqttIngestOptions {
  /** `mqtt[s]://[user:password@]host[:port]`. */
  readonly url: string;
  /** Names the persistent session; each instance has its own. */
  readonly clientId: string;
  /** Name of the shared subscription, whose members split the work. Absent: this instance takes every uplink. */
  readonly group?: string;
  /** CA to trust for `mqtts`, besides the public ones. */
  readonly ca?: Buffer;
}

export interface MqttEvents {
  connected(): void;
  /** Told once for each loss of the broker. */
  away(error: unknown): void;
  /** A payload that is no uplink, or may not be published; it is acknowledged, or it would come for ever. */
  rejected(reason: string): void;
}

/** ChirpStack v4's topic of uplinks; the body says which device and tenant. */
const topic = 'application/+/device/+/event/up';
/** Milliseconds between two tries to publish while the bus is away. */
const retryDelay = 500;

/**
 * Uplinks from ChirpStack over MQTT: QoS 1, a persistent session, and no acknowledgement before the bus has the
 * message. A broker that is away delays nothing else.
 * @returns whether the broker is there, and a way to stop
 */
export function startMqttIngest(
  options: MqttIngestOptions,
  publish: Publish,
  events: MqttEvents,
): { connected(): boolean; stop(): Promise<void> } {
  const client = mqtt.connect(options.url, {
    clientId: options.clientId,
    clean: false,
    protocolVersion: 5,
    // Seconds for which the broker keeps the session: a week is longer than any outage.
    properties: { sessionExpiryInterval: 604_800 },
    reconnectPeriod: 1_000,
    resubscribe: false,
    queueQoSZero: false,
    ...(options.ca && { ca: [...rootCertificates.map((pem) => Buffer.from(pem)), options.ca] }),
  });
  let stopped = false;
  holdAcknowledgements(client, (payload) => ingest(payload, publish, events, () => stopped));
  const subscription = options.group ? `$share/${options.group}/${topic}` : topic;
  // Connected is not enough: before the broker has confirmed the subscription, it may still pass uplinks by.
  let subscribed = false;
  client.on('connect', () => {
    client.subscribe(subscription, { qos: 1 }, (error) => {
      subscribed = !error;
      if (error) events.away(error);
      else events.connected();
    });
  });
  let told = false;
  client.on('connect', () => {
    told = false;
  });
  client.on('error', (error) => {
    if (!told) events.away(error);
    told = true;
  });
  client.on('close', () => {
    subscribed = false;
    if (!told && !stopped) events.away(new Error('the connection to the broker has ended'));
    told = true;
  });
  return {
    connected: () => subscribed,
    stop: async () => {
      stopped = true;
      await client.endAsync(true);
    },
  };
}

/** mqtt.js acknowledges when `handleMessage` calls back without an error, and takes the next message after that. */
function holdAcknowledgements(client: MqttClient, take: (payload: Buffer) => Promise<void>): void {
  client.handleMessage = (packet, callback) => {
    take(packet.payload as Buffer).then(
      () => callback(),
      (error: Error) => callback(error),
    );
  };
}

/** Resolves when the message may be acknowledged. */
async function ingest(
  payload: Buffer,
  publish: Publish,
  events: MqttEvents,
  stopped: () => boolean,
): Promise<void> {
  const uplink = read(payload);
  if (typeof uplink === 'string') return events.rejected(uplink);
  for (;;) {
    try {
      const [outcome] = await publish([uplink]);
      if (!outcome?.published) events.rejected('the device belongs to another tenant');
      return;
    } catch (error) {
      if (stopped() || (error as HermesError).code !== 'bus-unavailable') throw error;
      await new Promise((resolve) => setTimeout(resolve, retryDelay));
    }
  }
}

/** The message, or why there is none. */
function read(payload: Buffer) {
  try {
    const uplink = readUplink(parseJson(payload.toString('utf8')), new Date());
    if (uplink.ok) return uplink.value;
    const [fault] = uplink.faults;
    return `${fault?.loc.join('.')}: ${fault?.msg}`;
  } catch {
    // The parser quotes what it could not read, and payloads do not belong in logs.
    return 'the payload is not JSON';
  }
}
