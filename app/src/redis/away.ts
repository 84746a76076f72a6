import { HermesError, messageOf } from '../errors.js';

/**
 * Throws what callers of the bus expect when Redis cannot be used now.
 * @throws HermesError `bus-unavailable`
 */
export function away(error: unknown): never {
  throw new HermesError('bus-unavailable', `Redis is away: ${reasonOf(error)}`, 'try again later');
}

/** ioredis tells a lost connection in terms of its own options. */
export function reasonOf(error: unknown): string {
  const message = messageOf(error);
  return /max retries|isn't writeable|connection is closed/i.test(message)
    ? 'there is no connection'
    : message;
}
