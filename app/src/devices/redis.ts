import { deviceKey } from '../domain/topic.js';
import type { RedisClient } from '../redis/address.js';
import { away } from '../redis/away.js';
import type { DeviceRegistry } from './registry.js';

/** Name of the hash, DevEUI to tenant, that the service before Hermes kept; its entries are valid as they are. */
const mapping = 'device_tenant_mapping';

/** Devices of all instances. */
export class RedisDevices implements DeviceRegistry {
  readonly #redis: RedisClient;
  readonly #reassign: boolean;

  /** @param redis is not closed with the registry */
  constructor(redis: RedisClient, reassign: boolean) {
    this.#redis = redis;
    this.#reassign = reassign;
  }

  async tenantOf(devEui: string): Promise<string | undefined> {
    return (await this.#redis.hget(mapping, deviceKey(devEui)).catch(away)) ?? undefined;
  }

  async claim(devEui: string, tenantId: string): Promise<string> {
    const key = deviceKey(devEui);
    if (this.#reassign) {
      await this.#redis.hset(mapping, key, tenantId).catch(away);
      return tenantId;
    }
    // Two first uplinks at once: only one of them sets the field, and both read the same owner.
    await this.#redis.hsetnx(mapping, key, tenantId).catch(away);
    return (await this.#redis.hget(mapping, key).catch(away)) ?? tenantId;
  }

  async close(): Promise<void> {}
}
