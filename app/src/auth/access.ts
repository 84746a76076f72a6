import { allUplinks, deviceTopic, type Topic, tenantTopic, userTopic } from '../domain/topic.js';
import type { Identity } from './token.js';

export type Channel =
  | { readonly kind: 'notifications' }
  | { readonly kind: 'general' }
  | { readonly kind: 'tenant'; readonly id: string }
  | { readonly kind: 'device'; readonly id: string };

/** Looks up the tenant of a device; undefined when it was never seen. */
export type TenantOf = (devEui: string) => Promise<string | undefined>;

export type Verdict =
  | { readonly allowed: true; readonly topics: readonly Topic[] }
  | { readonly allowed: false; readonly reason: string; readonly hint: string };

/** Whether an identity may open a channel, and the topics that it gets there. */
export async function accessTo(channel: Channel, identity: Identity, tenantOf: TenantOf): Promise<Verdict> {
  const own = userTopic(identity.userId);
  switch (channel.kind) {
    case 'notifications':
      return { allowed: true, topics: [own] };
    case 'general':
      return { allowed: true, topics: [own, ...generalTopics(identity)] };
    case 'tenant':
      return identity.isSuperuser || identity.tenantId === channel.id
        ? { allowed: true, topics: [own, tenantTopic(channel.id)] }
        : denied('the token does not belong to this tenant', 'use a token whose cs_tenant_id is this tenant');
    case 'device':
      return deviceAccess(channel.id, identity, tenantOf);
  }
}

/** Whether an identity may see a device; the same rule serves the channel, `?device=` and `subscribe`. */
export async function deviceAccess(devEui: string, identity: Identity, tenantOf: TenantOf): Promise<Verdict> {
  if (identity.isSuperuser) return { allowed: true, topics: [deviceTopic(devEui)] };
  const tenantId = await tenantOf(devEui);
  if (tenantId !== undefined && tenantId === identity.tenantId) {
    return { allowed: true, topics: [deviceTopic(devEui, tenantId)] };
  }
  // The same words for an unknown device and for somebody else's: a stranger must not learn which devices exist.
  return denied(
    'the device is unknown, or it belongs to another tenant',
    'a device is known from its first uplink on; check its DevEUI and the tenant of the token',
  );
}

function generalTopics(identity: Identity): Topic[] {
  if (identity.isSuperuser || identity.isGlobal) return [allUplinks];
  return identity.tenantId === null ? [] : [tenantTopic(identity.tenantId)];
}

const denied = (reason: string, hint: string): Verdict => ({ allowed: false, reason, hint });
