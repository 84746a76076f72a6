import { redisUrlOf } from '../../../app/src/redis/address.js';
import type { Loaded } from '../../../app/src/settings/load.js';
import { type Setting, type SettingKey, type Settings, table } from '../../../app/src/settings/table.js';
import { certificateName, livePath } from '../certs/layout.js';
import { inside } from './inside.js';

/** Secrets that containers get, as files; each file is there, and empty where the secret is not set. */
export type Secrets = Readonly<Record<string, string>>;

/** User of the MongoDB that runs beside the app. */
const mongoUser = 'hermes';

/** The passwords that the servers beside the app cannot do without. */
export function passwordsOf({ SERVICES = [] }: Pick<Settings, 'SERVICES'>): SettingKey[] {
  const keys = { redis: 'REDIS_PASSWORD', mongo: 'MONGO_PASSWORD' } as const;
  return SERVICES.map((service) => keys[service]);
}

/** The secrets of the app and of the servers beside it, by the name of their file. */
export function secretsOf({ raw, settings }: Loaded): Secrets {
  const { SERVICES = [], MONGO_DB, REDIS_PASSWORD = '', MONGO_PASSWORD = '' } = settings;
  const redis = `redis://:${encodeURIComponent(REDIS_PASSWORD)}@redis:6379`;
  const mongo = `mongodb://${mongoUser}:${encodeURIComponent(MONGO_PASSWORD)}@mongo:27017/${MONGO_DB}?authSource=admin`;
  return {
    JWT_SECRET_KEY: raw.JWT_SECRET_KEY,
    SERVICE_API_KEY: raw.SERVICE_API_KEY,
    WS_SECRET: raw.WS_SECRET,
    BUS_URL: SERVICES.includes('redis') ? redis : (redisUrlOf(settings) ?? ''),
    MONGO_URI: SERVICES.includes('mongo') ? mongo : raw.MONGO_URI,
    MQTT_URL: raw.MQTT_URL,
    ALERT_WEBHOOK: raw.ALERT_WEBHOOK,
    REDIS_PASSWORD,
    MONGO_PASSWORD,
    'redis-auth.conf': `requirepass ${JSON.stringify(REDIS_PASSWORD)}\n`,
  };
}

/** The environment of the app in its container: what is set, but for secrets, which are files. */
export function appEnvironment({ raw, settings }: Loaded): Record<string, string> {
  const direct = settings.PROXY === 'none' && settings.TLS !== 'off';
  const pem = direct ? livePath(inside.root, certificateName(settings.DOMAIN), 'tls') : '';
  const plain = (Object.keys(table) as SettingKey[]).filter(
    (key) => raw[key] && !isSecret(key) && !ours(key),
  );
  return {
    ...Object.fromEntries(plain.map((key) => [key, raw[key]])),
    ENGINE: 'docker',
    APP_BIND: '*',
    APP_PORT: String(inside.ports.app),
    DATA_DIR: inside.data,
    // One file holds chain and key, so that a swap is one rename.
    SSL_KEYFILE: pem,
    SSL_CERTFILE: pem,
    SSL_REQUIRED: String(direct),
  };
}

const isSecret = (key: SettingKey) => (table[key] as Setting).secret === true;

/** Parts of an address that is given whole, and what concerns the host alone. */
const ours = (key: SettingKey) =>
  key.startsWith('REDIS_') || ['containers', 'deploy'].includes(table[key].scope);
