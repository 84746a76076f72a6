import { readFile } from 'node:fs/promises';
import { HermesError, messageOf } from '../../../app/src/errors.js';
import { describeAddress, parseRedisUrl, redisUrlOf } from '../../../app/src/redis/address.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { databaseOf } from '../../../app/src/store/mongo-database.js';

/** Milliseconds that a server has to answer. */
const patience = 3_000;

/** The servers that the operator has given, by name, each with a look at whether it lets us in. */
export function backendsOf(settings: Settings): Readonly<Record<string, () => Promise<void>>> {
  const redis = redisUrlOf(settings);
  const { MONGO_URI: mongo, MQTT_URL: broker } = settings;
  return {
    ...(redis && { Redis: () => reachRedis(redis, settings) }),
    ...(mongo && { MongoDB: () => reachMongo(mongo, settings) }),
    ...(broker && { MQTT: () => reachBroker(broker, settings) }),
  };
}

async function reachRedis(url: string, { BUS_URL, REDIS_URL }: Settings): Promise<void> {
  const key = BUS_URL ? 'BUS_URL' : REDIS_URL ? 'REDIS_URL' : 'REDIS_HOST, REDIS_PORT or REDIS_PASSWORD';
  const address = parseRedisUrl(url);
  if (!address) throw unreachable('Redis', 'its address', new Error('it is not complete'), `correct ${key}`);
  const { connectRedis, whenReady } = await import('../../../app/src/redis/client.js');
  const client = connectRedis(address);
  const given = new AbortController();
  let fault: unknown = new Error('no answer');
  client.on('error', (error) => {
    fault = error;
    // One server that refuses is enough to know; of several nodes another may answer.
    if (address.kind === 'standalone') given.abort();
  });
  const timer = setTimeout(() => given.abort(), patience);
  try {
    await whenReady(client, given.signal);
    if (given.signal.aborted) throw fault;
    await client.ping();
  } catch (error) {
    const hint = `start it, or correct the address or the password in ${key}`;
    throw unreachable('Redis', describeAddress(address), error, hint);
  } finally {
    clearTimeout(timer);
    client.disconnect();
  }
}

async function reachMongo(uri: string, { MONGO_DB }: Settings): Promise<void> {
  const host = /@?([^@/]+)(?:\/|$)/.exec(uri.replace(/^[^:]+:\/\//, ''))?.[1] ?? '';
  const hint = 'start it, or correct the address, the user or the password in MONGO_URI';
  try {
    // Loaded on use: most installations have neither, and their operators wait for it at each command.
    const { MongoClient } = await import('mongodb');
    const client = new MongoClient(uri, { serverSelectionTimeoutMS: patience });
    try {
      // A ping needs no rights; this needs those that the app needs first.
      const messages = client.db(databaseOf(uri, MONGO_DB)).collection('messages');
      await messages.findOne({}, { projection: { _id: 1 } });
    } finally {
      await client.close();
    }
  } catch (error) {
    throw unreachable('MongoDB', host, error, hint);
  }
}

async function reachBroker(url: string, { MQTT_CA_FILE }: Settings): Promise<void> {
  try {
    const { default: mqtt } = await import('mqtt');
    // A client id of its own: under the app's it would throw the app out.
    const client = await mqtt.connectAsync(
      url,
      {
        protocolVersion: 5,
        reconnectPeriod: 0,
        connectTimeout: patience,
        ...(MQTT_CA_FILE && { ca: await readFile(MQTT_CA_FILE) }),
      },
      false,
    );
    await client.endAsync(true);
  } catch (error) {
    throw unreachable(
      'the MQTT broker',
      new URL(url).host,
      error,
      'start it, or correct the address, the user or the password in MQTT_URL',
    );
  }
}

function unreachable(what: string, where: string, error: unknown, hint: string): HermesError {
  const reason = messageOf(error) || (error as NodeJS.ErrnoException).code || 'no answer';
  return new HermesError('backend-unreachable', `${what} at ${where} cannot be used: ${reason}`, hint);
}
