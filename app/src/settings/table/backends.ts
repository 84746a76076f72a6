import { hostname } from 'node:os';
import { duration, flag, integer, port, redisUrl, text, url } from '../kinds.js';
import { type Raw, settingsOf } from '../setting.js';

const setting = settingsOf('backends');

/** Bus, store and broker. */
export const backends = {
  BUS_URL: setting(redisUrl(), 'Redis (6.2 or later) that carries the bus; empty: embedded.', {
    secret: true,
  }),
  REDIS_URL: setting(redisUrl(), 'The same as BUS_URL, under its usual name.', { secret: true }),
  REDIS_HOST: setting(text(), 'Host of Redis, where no URL is given.'),
  REDIS_PORT: setting(port(), 'Port of Redis, where no URL is given.', { fallback: '6379' }),
  REDIS_PASSWORD: setting(
    text(),
    'Password of Redis, where no URL is given, and of the one that `SERVICES` runs.',
    { secret: true },
  ),
  BUS_PREFIX: setting(text(), 'Sets installations apart that share a Redis.', {
    fallback: 'hermes',
  }),
  DEDUPE_WINDOW: setting(
    duration('1m', '30d'),
    'Time for which Redis remembers a deduplicationId; embedded, it is remembered as long as its message.',
    { fallback: '1d' },
  ),
  MONGO_URI: setting(url('mongodb', 'mongodb+srv'), 'MongoDB (6 or later) for history; empty: embedded.', {
    secret: true,
  }),
  MONGO_DB: setting(text(), 'Database, where MONGO_URI names none.', { fallback: 'hermes' }),
  MESSAGE_TTL_DAYS: setting(integer(1, 36_500), 'Days after which MongoDB removes a message.', {
    fallback: '90',
  }),
  MQTT_URL: setting(url('mqtt', 'mqtts'), 'Broker of ChirpStack v4; empty: no MQTT.', {
    secret: true,
  }),
  MQTT_CLIENT_ID: setting(
    text(),
    'Names this instance’s persistent session at the broker; instances need different ones.',
    {
      fallback: (raw: Raw) => `hermes-${hostname()}-${raw('APP_PORT')}`,
      fallbackDoc: '`hermes-<host>-<APP_PORT>`',
    },
  ),
  MQTT_SHARED: setting(
    flag(),
    'Instances split the uplinks (a shared subscription); `false`: each takes all, and what comes twice counts once.',
    { fallback: 'true' },
  ),
  MQTT_CA_FILE: setting(text(), 'CA file to trust for `mqtts`, besides the public ones.'),
  BUS_RETENTION: setting(integer(100, 100_000_000), 'Messages kept for `?since=` and for deduplication.', {
    fallback: '100000',
  }),
  EMBEDDED_MAX_MB: setting(
    integer(1, 1_000_000),
    'Size in MiB to which the embedded bus, and likewise the embedded store, is bounded.',
    { fallback: '256' },
  ),
};
