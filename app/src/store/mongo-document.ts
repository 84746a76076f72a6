import { ObjectId } from 'mongodb';
import { type Entry, frameOf } from '../domain/message.js';
import { documentId } from '../domain/message-id.js';
import { deviceKey } from '../domain/topic.js';
import type { StoredUplink } from './store.js';

export interface UplinkDocument {
  readonly _id: ObjectId;
  readonly id: string;
  /** Lower-case DevEUI, for the index. */
  readonly device: string;
  readonly timestamp: Date;
  readonly [field: string]: unknown;
}

/**
 * `_id` follows from the entry's id, so writing an entry again is a duplicate and changes nothing.
 * @throws Error when the entry's body is no frame, as others may have put it into the stream
 */
export function toDocument(entry: Entry): UplinkDocument {
  const frame = JSON.parse(frameOf(entry));
  if (typeof frame.dev_eui !== 'string') throw new Error('the frame has no dev_eui');
  const timestamp = new Date(frame.received_at);
  if (Number.isNaN(timestamp.getTime())) throw new Error('the frame has no received_at');
  return {
    ...frame,
    _id: new ObjectId(documentId(entry.id)),
    device: deviceKey(frame.dev_eui),
    timestamp,
  };
}

export function toStoredUplink({ _id, device: _device, timestamp, ...frame }: UplinkDocument): StoredUplink {
  return {
    ...(frame as unknown as StoredUplink),
    _id: _id.toHexString(),
    timestamp: timestamp.toISOString(),
  };
}
