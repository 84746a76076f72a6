/**
 * How hard the suite presses; each figure by an environment variable of its own. The defaults leave room on two cores;
 * 500 clients and 100 uplinks a second over 30 seconds of drain are what a site should bear.
 */
export const figures = {
  /** Clients that follow over wss, a quarter of them on each channel. */
  clients: figure('HERMES_TEST_CLIENTS', 100),
  /** Uplinks a second; there is a notification for every tenth. */
  rate: figure('HERMES_TEST_RATE', 20),
  /** Seconds over which a release sends its clients away. */
  drain: figure('HERMES_TEST_DRAIN', 5),
  /** Seconds in which everything has to have arrived once the last message was taken. */
  settle: figure('HERMES_TEST_SETTLE', 120),
} as const;

/**
 * Clients that come back in any one second, at most: each leaves at a random moment of the drain.
 * @param stall longest time, in seconds, for which this process did not get to look: what came meanwhile is seen at once
 */
export const mostReturns = (
  { clients, drain }: Pick<typeof figures, 'clients' | 'drain'>,
  stall: number,
): number => Math.ceil(((3 * clients) / drain) * (1 + stall)) + 10;

function figure(name: string, fallback: number): number {
  const value = Number(process.env[name] || fallback);
  if (value > 0) return value;
  throw new Error(`${name} has to be a number above 0`);
}
