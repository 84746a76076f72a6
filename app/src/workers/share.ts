import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { HermesError } from '../errors.js';
import type { Settings } from '../settings/table.js';

/**
 * How many processes share the port. `auto` is one for each core where Redis carries the bus, else one: the embedded
 * bus is the log of one process.
 * @param shared whether the bus is one that processes can share
 * @throws HermesError `bad-settings`
 */
export function workerCount(
  wanted: Settings['WORKERS'],
  shared: boolean,
  cores: number = availableParallelism(),
): number {
  if (wanted === 'auto') return shared ? cores : 1;
  if (wanted === 1 || shared) return wanted;
  throw new HermesError(
    'bad-settings',
    `WORKERS=${wanted} needs a bus that processes can share, and the embedded one is of one process`,
    'set REDIS_URL, or leave WORKERS at 1',
  );
}

/**
 * The settings of one worker, counted from 1. What bounds the memory of an instance is divided. The broker has one
 * session, so one worker takes from it, and publishes for all. What is embedded is each one's own; the first one has the
 * folder that a single process has.
 */
export function shareOf(settings: Settings, worker: number, count: number): Settings {
  const share = (whole: number) => Math.ceil(whole / count);
  return {
    ...settings,
    MAX_CONNECTIONS: share(settings.MAX_CONNECTIONS),
    SLOW_CONSUMERS_TOTAL_MB: share(settings.SLOW_CONSUMERS_TOTAL_MB),
    ...(worker > 1 && { MQTT_URL: undefined, DATA_DIR: join(settings.DATA_DIR, `worker-${worker}`) }),
  };
}
