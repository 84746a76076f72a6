import type { SettingKey, Settings } from '../../../app/src/settings/table.js';

/** Settings that say where a stack answers and with which certificate. None is a secret. */
export const servedKeys = [
  'PROXY',
  'TLS',
  'DOMAIN',
  'HTTP_PORT',
  'HTTPS_PORT',
  'APP_PORT',
  'APP_BIND',
  'SSL_KEYFILE',
  'SSL_CERTFILE',
] as const satisfies SettingKey[];

/** With what a stack was started, to be asked there again; kept beside its pids. */
export type Served = Pick<Settings, (typeof servedKeys)[number]>;

export function servedOf(settings: Settings): Served {
  return Object.fromEntries(servedKeys.map((key) => [key, settings[key]])) as Served;
}
