import type { Settings } from '../../../app/src/settings/table.js';

type Choices = Pick<
  Settings,
  | 'PROXY'
  | 'TLS'
  | 'ACME_CHALLENGE'
  | 'STAGE'
  | 'SERVICES'
  | 'DOCKER_NETWORK'
  | 'MQTT_URL'
  | 'MONGO_URI'
  | 'ALERT_WEBHOOK'
> & {
  /** Address of a Redis that was given. */
  readonly redis: string | undefined;
};

/** The Compose files for these settings, in their order: the base, then one overlay for each question. */
export function chooseFiles(choices: Choices): string[] {
  const {
    PROXY,
    TLS,
    STAGE,
    SERVICES = [],
    DOCKER_NETWORK,
    MQTT_URL,
    MONGO_URI,
    ALERT_WEBHOOK,
    redis,
  } = choices;
  const runs = (service: 'redis' | 'mongo' | 'mqtt') => SERVICES.includes(service);
  const elsewhere = [!runs('mqtt') && MQTT_URL, !runs('redis') && redis, !runs('mongo') && MONGO_URI];
  return [
    'base',
    `proxy-${PROXY}`,
    PROXY === 'none' && TLS !== 'off' && 'app-tls',
    TLS !== 'off' && 'watch',
    TLS === 'selfsigned' && 'renewal',
    TLS === 'selfsigned' && PROXY === 'traefik' && 'renewal-traefik',
    ...(TLS === 'letsencrypt' ? certbotFiles(choices) : []),
    runs('redis') && 'bus-redis',
    runs('mongo') && 'store-mongo',
    runs('mqtt') && 'mqtt',
    elsewhere.some(Boolean) && 'outbound',
    TLS !== 'off' && ALERT_WEBHOOK && 'watch-outbound',
    DOCKER_NETWORK && 'network-external',
    DOCKER_NETWORK && runs('mqtt') && 'mqtt-external',
    `stage-${STAGE}`,
  ]
    .filter((name) => typeof name === 'string' && name !== '')
    .map((name) => `${name}.yaml`);
}

/** certbot, and how it and the proxy have to do with each other. */
function certbotFiles({ PROXY, ACME_CHALLENGE }: Choices): string[] {
  if (ACME_CHALLENGE === 'dns-01')
    return [
      'cert-letsencrypt',
      'cert-letsencrypt-dns',
      ...(PROXY === 'nginx' ? [] : [`cert-letsencrypt-${PROXY}`]),
    ];
  return [
    'cert-letsencrypt',
    `cert-letsencrypt-${PROXY}`,
    ...(PROXY === 'none' ? ['cert-letsencrypt-port'] : []),
  ];
}
