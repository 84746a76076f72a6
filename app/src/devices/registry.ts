/** Which tenant a device belongs to, learnt from its uplinks. */
export interface DeviceRegistry {
  tenantOf(devEui: string): Promise<string | undefined>;
  /**
   * Records the device for the tenant if it is new.
   * @returns the tenant it belongs to: another than the one given means that the claim is refused.
   */
  claim(devEui: string, tenantId: string): Promise<string>;
  close(): Promise<void>;
}
