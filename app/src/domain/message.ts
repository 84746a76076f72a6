/**
 * What travels through the house: ingest makes it, the bus gives it an id, the hub and the store read it.
 * `body` is the frame for clients as JSON text without its id, serialised once, at ingest.
 */
export type Message =
  | {
      readonly kind: 'uplink';
      readonly tenantId: string;
      readonly devEui: string;
      readonly body: string;
      /** ChirpStack's `deduplicationId`; the same one again is not a new message. */
      readonly dedupeKey?: string;
    }
  | { readonly kind: 'notification'; readonly userId: string; readonly body: string };

/** A message that the bus has for good. */
export interface Entry {
  readonly id: string;
  readonly message: Message;
}

/** The JSON text that clients get: the body with its id in front. No second serialisation. */
export function frameOf(entry: Entry): string {
  return `{"id":"${entry.id}",${entry.message.body.slice(1)}`;
}
