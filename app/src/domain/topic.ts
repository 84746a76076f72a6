import type { Message } from './message.js';

/**
 * Names under which the hub keeps its subscribers. A device has one topic for those who may see it under every tenant
 * (superusers) and one that is bound to a tenant, so that a device that moves is lost to its old tenant at once.
 */
export type Topic = `${'user' | 'tenant' | 'device' | 'tenant-device'}:${string}` | 'uplinks';

export const allUplinks: Topic = 'uplinks';

export const userTopic = (userId: string): Topic => `user:${userId}`;

export const tenantTopic = (tenantId: string): Topic => `tenant:${tenantId}`;

export const deviceTopic = (devEui: string, tenantId?: string): Topic =>
  tenantId === undefined
    ? `device:${deviceKey(devEui)}`
    : // The length keeps apart what the names themselves might blur: ids may hold any character.
      `tenant-device:${tenantId.length}:${tenantId}:${deviceKey(devEui)}`;

/** DevEUIs are hexadecimal, so their case carries nothing. */
export function deviceKey(devEui: string): string {
  return devEui.toLowerCase();
}

/** Every topic that a message is delivered on. */
export function topicsOf(message: Message): Topic[] {
  if (message.kind === 'notification') return [userTopic(message.userId)];
  return [
    tenantTopic(message.tenantId),
    deviceTopic(message.devEui, message.tenantId),
    deviceTopic(message.devEui),
    allUplinks,
  ];
}
