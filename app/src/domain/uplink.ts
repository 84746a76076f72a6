/** Characters of the longest name or id that a message may have. */
export const longestName = 256;

/** The one uplink shape on every channel and in the history. Unknown is `null`; a frame counter of 0 stays 0. */
export interface Uplink {
  readonly type: 'uplink';
  readonly tenant_id: string;
  readonly tenant_name: string | null;
  readonly dev_eui: string;
  readonly dev_addr: string | null;
  readonly device_name: string | null;
  /** Hertz (ChirpStack `txInfo.frequency`). */
  readonly frequency: number | null;
  /** Frame counter (ChirpStack `fCnt`). */
  readonly f_cnt: number | null;
  /** ChirpStack's region configuration, such as `eu868`. */
  readonly region: string | null;
  /** What the device's codec decoded (ChirpStack `object`); `{}` where there is no codec. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  /** ISO 8601 in UTC, when Hermes received it. */
  readonly received_at: string;
}
