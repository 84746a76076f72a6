import type { Bus, Receipt } from '../bus/bus.js';
import type { DeviceRegistry } from '../devices/registry.js';
import type { Message } from '../domain/message.js';

export type Outcome =
  | ({ readonly published: true } & Receipt)
  | { readonly published: false; readonly owner: string };

/** What is counted of publishing. */
export interface PublishCounters {
  readonly published: { inc(labels: { kind: string }): void };
  readonly duplicates: { inc(): void };
  readonly conflicts: { inc(): void };
}

export type Publish = (messages: readonly Message[]) => Promise<Outcome[]>;

/**
 * Puts messages on the bus, all that may be published: an uplink that names another tenant for a device than the one
 * it belongs to is held back, because whoever can send one message must not be able to take a device over.
 */
export function createPublish(bus: Bus, devices: DeviceRegistry, counters: PublishCounters): Publish {
  return async (messages) => {
    const owners = await Promise.all(
      messages.map((message) =>
        message.kind === 'uplink' ? devices.claim(message.devEui, message.tenantId) : undefined,
      ),
    );
    const allowed = messages.filter((message, index) => mayPublish(message, owners[index]));
    const receipts = (await bus.publish(allowed))[Symbol.iterator]();
    return messages.map((message, index) => {
      if (!mayPublish(message, owners[index])) {
        counters.conflicts.inc();
        return { published: false, owner: owners[index] ?? '' };
      }
      const receipt = receipts.next().value as Receipt;
      if (receipt.duplicate) counters.duplicates.inc();
      else counters.published.inc({ kind: message.kind });
      return { published: true, ...receipt };
    });
  };
}

function mayPublish(message: Message, owner: string | undefined): boolean {
  return message.kind !== 'uplink' || owner === message.tenantId;
}
