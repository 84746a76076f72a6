import type { SettingKey, Settings } from '../../../app/src/settings/table.js';

/** Settings that say where a stack answers, with which certificate, and where that comes from. None is a secret. */
export const servedKeys = [
  'PROXY',
  'TLS',
  'DOMAIN',
  'HTTP_PORT',
  'HTTPS_PORT',
  'PROXY_METRICS_PORT',
  'APP_PORT',
  'APP_REPLICAS',
  'APP_BIND',
  'SSL_KEYFILE',
  'SSL_CERTFILE',
  'CERT_DAYS',
  'ACME_EMAIL',
  'ACME_DIRECTORY',
  'ACME_REHEARSAL',
  'ACME_CA_BUNDLE',
  'ACME_CLIENT',
  'ACME_CHALLENGE',
  'ACME_ANSWER_PORT',
  'ACME_DNS_PLUGIN',
  'ACME_DNS_CREDENTIALS',
  'ACME_DNS_PROPAGATION',
  'ACME_PROFILE',
  'ACME_LIFETIME',
  'ACME_KEY_TYPE',
  'ACME_EAB_KID',
  'ACME_LIMITS',
  'ACME_PREFLIGHT',
  'ACME_RESOLVER',
  'WATCH_PORT',
] as const satisfies SettingKey[];

/** With what a stack was started, to be asked there again; kept beside its pids. */
export type Served = Pick<Settings, (typeof servedKeys)[number]>;

export function servedOf(settings: Settings): Served {
  return Object.fromEntries(servedKeys.map((key) => [key, settings[key]])) as Served;
}
