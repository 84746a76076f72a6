import type { Entry, Message } from '../../domain/message.js';
import { formatId, parseId } from '../../domain/message-id.js';

/**
 * Keys of the bus. The braces make them one hash slot, so that scripts work on a Cluster too.
 * @param prefix sets installations apart that share a Redis
 */
export const keysOf = (prefix: string) => ({
  stream: `{${prefix}}:bus`,
  dead: `{${prefix}}:dead`,
  /** Id of the newest entry that was trimmed away. */
  trimmed: `{${prefix}}:trimmed`,
  seen: (dedupeKey: string) => `{${prefix}}:seen:${dedupeKey}`,
});

export type Keys = ReturnType<typeof keysOf>;

/** Our ids have fixed width; Redis wants its own form. */
export function toStreamId(id: string): string {
  const { ms, sequence } = parseId(id) ?? { ms: 0, sequence: 0 };
  return `${ms}-${sequence}`;
}

export function fromStreamId(id: string): string {
  return formatId(parseId(id) ?? { ms: 0, sequence: 0 });
}

/** A message as the fields of a stream entry. */
export function toFields(message: Message): string[] {
  return message.kind === 'uplink'
    ? ['kind', 'uplink', 'tenant', message.tenantId, 'device', message.devEui, 'body', message.body]
    : ['kind', 'notification', 'user', message.userId, 'body', message.body];
}

/** What Redis answers for entries: id, then names and values in turn; the fields of a deleted entry are null. */
export type StreamEntry = [id: string, fields: string[] | null];

/** Entries that are ours; a foreign or deleted one is passed over. */
export function toEntries(raw: readonly StreamEntry[]): Entry[] {
  return raw.flatMap(([id, fields]) => {
    const message = fields && toMessage(fields);
    return message ? [{ id: fromStreamId(id), message }] : [];
  });
}

function toMessage(fields: readonly string[]): Message | undefined {
  const get = (name: string) => {
    const index = fields.indexOf(name);
    return index % 2 === 0 ? fields[index + 1] : undefined;
  };
  const [kind, body, tenantId, devEui, userId] = ['kind', 'body', 'tenant', 'device', 'user'].map(get);
  if (body === undefined) return undefined;
  if (kind === 'uplink' && tenantId !== undefined && devEui !== undefined)
    return { kind, tenantId, devEui, body };
  return kind === 'notification' && userId !== undefined ? { kind, userId, body } : undefined;
}
