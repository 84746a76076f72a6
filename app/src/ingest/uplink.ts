import * as z from 'zod';
import type { Message } from '../domain/message.js';
import type { Uplink } from '../domain/uplink.js';
import { type Checked, check } from './fault.js';
import { anyObject, name, optionalInteger, optionalName, optionalObject, required } from './fields.js';

/** An uplink that is in our own shape already. Unknown keys are dropped. */
const normalised = z
  .object(
    {
      tenant_id: name,
      tenant_name: optionalName,
      dev_eui: name,
      dev_addr: optionalName,
      device_name: optionalName,
      frequency: optionalInteger,
      f_cnt: optionalInteger,
      region: optionalName,
      payload: anyObject,
      metadata: optionalObject,
      deduplicationId: optionalName,
    },
    { error: required('an object') },
  )
  .transform(({ deduplicationId, ...uplink }) => ({ uplink, dedupeKey: deduplicationId }));

/** ChirpStack v4 `integration.UplinkEvent` as JSON: topic `…/event/up` and the body of its HTTP integration. */
const chirpstack = z
  .object({
    deduplicationId: optionalName,
    deviceInfo: z.object(
      {
        tenantId: name,
        tenantName: optionalName,
        deviceProfileId: optionalName,
        deviceName: optionalName,
        devEui: name,
      },
      { error: 'Input should be an object' },
    ),
    devAddr: optionalName,
    fCnt: optionalInteger,
    data: z.string().nullish(),
    object: optionalObject,
    txInfo: z.object({ frequency: optionalInteger }).nullish(),
    regionConfigId: optionalName,
    rxInfo: z
      .array(z.object({ metadata: optionalObject }))
      .nullish()
      .catch(null),
  })
  .transform(({ deviceInfo, deduplicationId, ...event }) => ({
    uplink: {
      tenant_id: deviceInfo.tenantId,
      tenant_name: deviceInfo.tenantName,
      dev_eui: deviceInfo.devEui,
      dev_addr: event.devAddr,
      device_name: deviceInfo.deviceName,
      frequency: event.txInfo?.frequency ?? null,
      f_cnt: event.fCnt,
      region: event.regionConfigId || regionOf(event.rxInfo?.[0]?.metadata),
      payload: event.object ?? {},
      metadata: {
        device_profile_id: deviceInfo.deviceProfileId,
        // Without a codec the raw bytes are all there is.
        ...(event.object === null && typeof event.data === 'string' && { data: event.data }),
      },
    },
    dedupeKey: deduplicationId,
  }));

/**
 * Brings an inbound uplink, ours or ChirpStack's, into the one shape.
 * @param receivedAt when it was received; becomes `received_at`
 */
export function readUplink(input: unknown, receivedAt: Date): Checked<Message> {
  const raw = typeof input === 'object' && input !== null && 'deviceInfo' in input;
  const checked = raw
    ? check(chirpstack as z.ZodType<Read>, input, ['body'])
    : check(normalised as z.ZodType<Read>, input, ['body']);
  if (!checked.ok) return checked;
  const { uplink, dedupeKey } = checked.value;
  const frame: Uplink = { type: 'uplink', ...uplink, received_at: receivedAt.toISOString() };
  return {
    ok: true,
    value: {
      kind: 'uplink',
      tenantId: uplink.tenant_id,
      devEui: uplink.dev_eui,
      body: JSON.stringify(frame),
      ...(dedupeKey && { dedupeKey }),
    },
  };
}

interface Read {
  readonly uplink: Omit<Uplink, 'type' | 'received_at'>;
  readonly dedupeKey: string | null;
}

/** Gateways report their region under one of two names, depending on the bridge between them and ChirpStack. */
function regionOf(metadata: Readonly<Record<string, unknown>> | null | undefined): string | null {
  const region = metadata?.region_config_id ?? metadata?.region_name;
  return typeof region === 'string' ? region : null;
}
