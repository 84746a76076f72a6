import type { Settings } from '../../../app/src/settings/table.js';

type Choices = Pick<
  Settings,
  'PROXY' | 'TLS' | 'STAGE' | 'SERVICES' | 'DOCKER_NETWORK' | 'MQTT_URL' | 'MONGO_URI' | 'ALERT_WEBHOOK'
> & {
  /** Address of a Redis that was given. */
  readonly redis: string | undefined;
};

/** The Compose files for these settings, in their order: the base, then one overlay for each question. */
export function chooseFiles(choices: Choices): string[] {
  const { PROXY, TLS, STAGE, SERVICES = [], DOCKER_NETWORK, MQTT_URL, MONGO_URI, redis } = choices;
  const runs = (service: 'redis' | 'mongo') => SERVICES.includes(service);
  const elsewhere = [MQTT_URL, !runs('redis') && redis, !runs('mongo') && MONGO_URI];
  return [
    'base',
    `proxy-${PROXY}`,
    PROXY === 'none' && TLS !== 'off' && 'app-tls',
    runs('redis') && 'bus-redis',
    runs('mongo') && 'store-mongo',
    elsewhere.some(Boolean) && 'outbound',
    DOCKER_NETWORK && 'network-external',
    `stage-${STAGE}`,
  ]
    .filter((name) => typeof name === 'string' && name !== '')
    .map((name) => `${name}.yaml`);
}
