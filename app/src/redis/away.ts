import { HermesError, messageOf } from '../errors.js';

interface Connecting {
  on(event: 'error' | 'ready', listener: (error?: unknown) => void): unknown;
}

/** Why a client has no connection, for as long as it has none. */
const causes = new WeakMap<object, unknown>();

/**
 * Keeps in mind why a client cannot connect: who sends a command is only told that there is no connection. Without a
 * listener a lost connection would end the process, too.
 */
export function watchConnection(client: Connecting): void {
  client.on('error', (error) => causes.set(client, lastOf(error)));
  client.on('ready', () => causes.delete(client));
}

/**
 * Throws what callers of the bus expect when Redis cannot be used now. Clients may read it, so it tells what Redis
 * answered, such as a wrong password, but no address.
 * @throws HermesError `bus-unavailable`
 */
export const awayFrom =
  (client: object) =>
  (error: unknown): never => {
    const answered = [error, causes.get(client)].find(isReply);
    const reason = answered ? messageOf(answered) : 'there is no connection';
    throw new HermesError('bus-unavailable', `Redis is away: ${reason}`, 'try again later');
  };

/** The same for the operator's log: with the address, and with what the system said. */
export function describeAway(client: object, address: string, error: unknown): HermesError {
  const cause = causes.get(client) ?? error;
  const reason = isConnectionGone(cause) ? 'the connection has ended' : messageOf(cause);
  const hint = /WRONGPASS|NOAUTH|NOPERM|invalid password/.test(reason)
    ? 'correct user and password in BUS_URL, REDIS_URL or REDIS_PASSWORD'
    : 'it is tried again and again; start Redis, or correct BUS_URL';
  return new HermesError('bus-unavailable', `Redis at ${address} is away: ${reason}`, hint);
}

const isReply = (error: unknown) => error instanceof Error && error.name === 'ReplyError';

/** ioredis tells a lost connection in terms of its own options. */
const isConnectionGone = (error: unknown) =>
  /max retries|isn't writeable|isn't ready|connection is closed/i.test(messageOf(error));

/** Of a Cluster: what its last node said. */
function lastOf(error: unknown): unknown {
  return (error as { lastNodeError?: unknown } | undefined)?.lastNodeError ?? error;
}
