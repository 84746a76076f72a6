import type { RootDatabase } from 'lmdb';
import { deviceKey } from '../domain/topic.js';
import { closeEnvironment, openEnvironment } from '../lmdb/environment.js';
import type { DeviceRegistry } from './registry.js';

/** Devices of one process, kept on disk: a restart does not lock anybody out of a device. */
export class EmbeddedDevices implements DeviceRegistry {
  readonly #db: RootDatabase<string, string>;
  readonly #reassign: boolean;

  /** @param reassign whether an uplink may move a device to another tenant (`DEVICE_REASSIGN`) */
  constructor(path: string, reassign: boolean) {
    this.#db = openEnvironment(path);
    this.#reassign = reassign;
  }

  async tenantOf(devEui: string): Promise<string | undefined> {
    return this.#db.get(deviceKey(devEui));
  }

  async claim(devEui: string, tenantId: string): Promise<string> {
    const key = deviceKey(devEui);
    const owner = this.#db.get(key);
    if (owner === tenantId || (owner !== undefined && !this.#reassign)) return owner;
    // Two first uplinks at once: only the one that finds no entry writes.
    if (owner === undefined) await this.#db.ifNoExists(key, () => this.#db.put(key, tenantId));
    else await this.#db.put(key, tenantId);
    return this.#db.get(key) ?? tenantId;
  }

  async close(): Promise<void> {
    await closeEnvironment(this.#db);
  }
}
