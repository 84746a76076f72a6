import { deviceKey } from '../domain/topic.js';
import { awayFrom } from '../redis/away.js';
import type { RedisClient } from '../redis/client.js';
import type { DeviceRegistry } from './registry.js';

/** Name of the hash, DevEUI to tenant, that the service before Hermes kept; its entries are valid as they are. */
const mapping = 'device_tenant_mapping';

/** Devices of all instances. */
export class RedisDevices implements DeviceRegistry {
  readonly #redis: RedisClient;
  readonly #reassign: boolean;
  readonly #away: (error: unknown) => never;

  /** @param redis is not closed with the registry */
  constructor(redis: RedisClient, reassign: boolean) {
    this.#redis = redis;
    this.#reassign = reassign;
    this.#away = awayFrom(redis);
  }

  async tenantOf(devEui: string): Promise<string | undefined> {
    const key = deviceKey(devEui);
    // The service before Hermes wrote a DevEUI as it came, which may have been in capitals.
    const names = [...new Set([key, devEui, devEui.toUpperCase()])];
    const owners = await this.#redis.hmget(mapping, ...names).catch(this.#away);
    return owners.find((owner) => owner !== null) ?? undefined;
  }

  async claim(devEui: string, tenantId: string): Promise<string> {
    const key = deviceKey(devEui);
    const owner = await this.tenantOf(devEui);
    if (owner === tenantId || (owner !== undefined && !this.#reassign)) return owner;
    if (owner !== undefined) {
      await this.#redis.hset(mapping, key, tenantId).catch(this.#away);
      return tenantId;
    }
    // Two first uplinks at once: only one of them sets the field, and both read the same owner.
    await this.#redis.hsetnx(mapping, key, tenantId).catch(this.#away);
    return (await this.#redis.hget(mapping, key).catch(this.#away)) ?? tenantId;
  }

  async close(): Promise<void> {}
}
