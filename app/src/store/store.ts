import type { Rejected } from '../bus/bus.js';
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
  /**
   * Stores entries for good; writing one again changes nothing. Rejects with `store-unavailable`.
   * @returns those that can never be stored
   */
  write(entries: readonly Entry[]): Promise<readonly Rejected[]>;
  /** Newest first. */
  last(devEui: string, limit: number): Promise<StoredUplink[]>;
  ready(): Promise<void>;
  close(): Promise<void>;
}
