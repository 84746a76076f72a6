import { setTimeout as pause } from 'node:timers/promises';
import mqtt, { type MqttClient } from 'mqtt';
import { apiKey } from '../helpers/target.js';
import { poster } from './poster.js';

/** Sends uplinks that carry a number each, and resolves when the uplink was taken. */
export interface Source {
  send(n: number): Promise<void>;
  stop(): Promise<void>;
}

const tenant = 't1';
const devices = 50;
const retryAfter = 250;

/** `POST /messages`, again and again under the same `deduplicationId` until it is taken. */
export function httpSource(port: number, ca: string): Source {
  let stopped = false;
  const service = poster(`https://localhost:${port}`, apiKey, ca, 64);
  return {
    send: async (n) => {
      const uplink = { tenant_id: tenant, dev_eui: `device-${n % devices}`, payload: { n } };
      const content = { ...uplink, deduplicationId: `chaos-${n}` };
      for (;;) {
        const status = await service.post('/messages', content);
        if (status === 200 || status === 202) return;
        if (stopped || (status !== 0 && status < 500)) throw new Error(`POST /messages: ${status}`);
        await pause(retryAfter * (0.5 + Math.random()));
      }
    },
    stop: async () => {
      stopped = true;
      service.stop();
    },
  };
}

/** MQTT 5: what the broker says when a message has gone to nobody. */
const noSubscriber = 16;

/** ChirpStack's event, over MQTT with QoS 1; taken once the broker has acknowledged it and had somebody to give it to. */
export async function mqttSource(url: string): Promise<Source & { readonly unheard: number }> {
  const client = await mqtt.connectAsync(url, {
    clientId: 'chaos-source',
    protocolVersion: 5,
    clean: false,
    properties: { sessionExpiryInterval: 3_600 },
    reconnectPeriod: 250,
  });
  client.on('error', () => {});
  let unheard = 0;
  const reasons = reasonsOf(client);
  return {
    get unheard() {
      return unheard;
    },
    send: async (n) => {
      for (;;) {
        const topic = `application/app/device/device-${n % devices}/event/up`;
        const body = chirpstackEvent(n);
        await client.publishAsync(topic, body, { qos: 1 });
        if (reasons.take(body) !== noSubscriber) return;
        unheard += 1;
        await pause(retryAfter);
      }
    },
    stop: () => client.endAsync(true),
  };
}

/** The reason codes of acknowledgements by payload; the library tells of errors only. */
function reasonsOf(client: MqttClient): { take(body: string): number | undefined } {
  const bodies = new Map<number, string>();
  const reasons = new Map<string, number>();
  client.on('packetsend', (packet) => {
    if (packet.cmd === 'publish' && packet.messageId) bodies.set(packet.messageId, String(packet.payload));
  });
  client.on('packetreceive', (packet) => {
    const body = packet.cmd === 'puback' && packet.messageId && bodies.get(packet.messageId);
    if (body && packet.cmd === 'puback') reasons.set(body, packet.reasonCode ?? 0);
  });
  return {
    take: (body) => {
      const reason = reasons.get(body);
      reasons.delete(body);
      return reason;
    },
  };
}

function chirpstackEvent(n: number): string {
  return JSON.stringify({
    deduplicationId: `chaos-${n}`,
    deviceInfo: {
      tenantId: tenant,
      tenantName: 'Chaos',
      deviceName: 'device',
      devEui: `device-${n % devices}`,
    },
    devAddr: '00000000',
    fCnt: n,
    txInfo: { frequency: 868_100_000 },
    object: { n },
  });
}
