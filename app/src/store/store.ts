import type { Entry } from '../domain/message.js';
import type { Uplink } from '../domain/uplink.js';

/** An uplink as the history gives it: `_id` is 24 hex digits, `timestamp` ISO 8601 in UTC with `Z`. */
export type StoredUplink = Uplink & {
  readonly id: string;
  readonly _id: string;
  readonly timestamp: string;
};

/** History of uplinks, written from the bus. */
export interface Store {
  /** Id of the last entry that is stored for good; `0` when none is. */
  cursor(): string;
  /** Stores entries for good. Writing an entry again changes nothing. */
  write(entries: readonly Entry[]): Promise<void>;
  /** Newest first. */
  last(devEui: string, limit: number): Promise<StoredUplink[]>;
  ready(): Promise<void>;
  close(): Promise<void>;
}
