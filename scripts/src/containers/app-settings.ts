import { createHmac } from 'node:crypto';
import { redisUrlOf } from '../../../app/src/redis/address.js';
import type { Loaded } from '../../../app/src/settings/load.js';
import { type Setting, type SettingKey, type Settings, table } from '../../../app/src/settings/table.js';
import { certificateName, livePath } from '../certs/layout.js';
import { inside } from './inside.js';

/** Secrets that containers get, as files; each file is there, and empty where the secret is not set. */
export type Secrets = Readonly<Record<string, string>>;

/** The user of the app at the servers beside it, which may do what it needs there and no more. */
const appUser = 'hermes-app';

/** The passwords that the servers beside the app cannot do without. */
export function passwordsOf({ SERVICES = [] }: Pick<Settings, 'SERVICES'>): SettingKey[] {
  const keys = { redis: 'REDIS_PASSWORD', mongo: 'MONGO_PASSWORD', mqtt: 'MQTT_PASSWORD' } as const;
  return SERVICES.map((service) => keys[service]);
}

/** The secrets of the app and of the servers beside it, by the name of their file. */
export function secretsOf({ raw, settings }: Loaded): Secrets {
  const { SERVICES = [], MONGO_DB, REDIS_PASSWORD = '', MONGO_PASSWORD = '', MQTT_PASSWORD = '' } = settings;
  const [mongoApp, mqttApp] = [MONGO_PASSWORD, MQTT_PASSWORD].map(passwordOfApp);
  const redis = `redis://:${encodeURIComponent(REDIS_PASSWORD)}@redis:6379`;
  const mongo = `mongodb://${appUser}:${mongoApp}@mongo:27017/${encodeURIComponent(MONGO_DB)}`;
  return {
    JWT_SECRET_KEY: raw.JWT_SECRET_KEY,
    SERVICE_API_KEY: raw.SERVICE_API_KEY,
    WS_SECRET: raw.WS_SECRET,
    BUS_URL: SERVICES.includes('redis') ? redis : (redisUrlOf(settings) ?? ''),
    MONGO_URI: SERVICES.includes('mongo') ? mongo : raw.MONGO_URI,
    MQTT_URL: SERVICES.includes('mqtt') ? `mqtt://${appUser}:${mqttApp}@mqtt:1883` : raw.MQTT_URL,
    ALERT_WEBHOOK: raw.ALERT_WEBHOOK,
    REDIS_PASSWORD,
    MONGO_PASSWORD,
    MONGO_APP_USER:
      MONGO_PASSWORD && JSON.stringify({ user: appUser, password: mongoApp, database: MONGO_DB }),
    'mosquitto.passwords': MQTT_PASSWORD && `chirpstack:${MQTT_PASSWORD}\n${appUser}:${mqttApp}\n`,
    'mosquitto.look': MQTT_PASSWORD && `--username ${appUser}\n--pw ${mqttApp}\n`,
    'redis-auth.conf': `requirepass ${JSON.stringify(REDIS_PASSWORD)}\n`,
  };
}

/** The app's own password follows from that of a server, which does not follow from it: nobody has to keep one more. */
function passwordOfApp(password: string): string {
  return password && createHmac('sha256', password).update(appUser).digest('base64url');
}

/** The environment of the app in its container: what is set, but for secrets, which are files. */
export function appEnvironment({ raw, settings, origin }: Loaded): Record<string, string> {
  const direct = settings.PROXY === 'none' && settings.TLS !== 'off';
  const pem = direct ? livePath(inside.root, certificateName(settings.DOMAIN), 'tls') : '';
  const plain = (Object.keys(table) as SettingKey[]).filter(
    (key) => raw[key] && !isSecret(key) && !ours(key),
  );
  // Mosquitto forgets shared subscriptions when it restarts; one instance alone has nobody to share with.
  const unshared = settings.SERVICES?.includes('mqtt') && settings.APP_REPLICAS === 1;
  return {
    ...Object.fromEntries(plain.map((key) => [key, raw[key]])),
    ...(unshared && origin.MQTT_SHARED === 'default' && { MQTT_SHARED: 'false' }),
    ENGINE: 'docker',
    APP_BIND: '*',
    // The proxy is in another container, and reaches the app by the network.
    APP_SOCKET: 'off',
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
