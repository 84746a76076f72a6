/**
 * How hard the suite presses; each figure by an environment variable of its own. The defaults are 60,000 deliveries a
 * second, which keep two cores busy: clients, proxy, instances and backends share them all.
 */
export const load = {
  /** Seconds for which uplinks are sent. */
  seconds: figure('CHAOS_SECONDS', 60),
  /** Clients that follow over wss. */
  clients: figure('CHAOS_CLIENTS', 300),
  /** Uplinks a second, half over HTTP and half over MQTT. */
  rate: figure('CHAOS_RATE', 200),
  /** Seconds for which MongoDB is away. */
  mongoAway: figure('CHAOS_MONGO_SECONDS', 20),
  /** Seconds in which everything has to have arrived once the last uplink was taken. */
  settle: figure('CHAOS_SETTLE_SECONDS', 60),
} as const;

function figure(name: string, fallback: number): number {
  const value = Number(process.env[name] || fallback);
  if (value > 0) return value;
  throw new Error(`${name} has to be a number above 0`);
}
