import { destination, type Logger, pino } from 'pino';

export type { Logger };

/**
 * One JSON line per event, on standard error: standard output carries the start-up lines only.
 * Fields have fixed names (`conn`, `tenant`, `device`, `code`, `address`). A token or a payload is never logged.
 */
export function createLogger(level: string, fd = 2): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: Error) => ({ type: error.name, message: error.message }) },
    },
    destination({ fd, sync: true }),
  );
}
