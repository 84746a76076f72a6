import { HermesError } from '../../../app/src/errors.js';
import type { Loaded } from '../../../app/src/settings/load.js';
import { type Setting, type SettingKey, table } from '../../../app/src/settings/table.js';
import { passwordsOf, secretsOf } from '../containers/app-settings.js';
import { assertClientInContainers } from '../containers/certbot-image.js';

/** What a new `.env` of a host says besides its secrets: two releases at once have to share what is published. */
export const firstSettings = { SERVICES: 'redis,mongo' } as const;

/**
 * Whether a release with these settings can start beside another one.
 * @throws HermesError `deploy-without-proxy`, `deploy-shares-nothing`, `secret-missing`
 */
export function assertDeployable(loaded: Loaded): void {
  const { settings } = loaded;
  if (settings.PROXY === 'none')
    throw new HermesError(
      'deploy-without-proxy',
      'PROXY=none has nobody who could lead clients from one release to the next',
      'set PROXY=nginx or traefik',
    );
  assertHostSecrets(loaded);
  assertClientInContainers(settings);
  const { BUS_URL, MONGO_URI } = secretsOf(loaded);
  if (BUS_URL && MONGO_URI) return;
  throw new HermesError(
    'deploy-shares-nothing',
    'two releases at once need a Redis and a MongoDB that they share',
    'add SERVICES=redis,mongo, or give BUS_URL and MONGO_URI, in the .env of the host',
  );
}

/** @throws HermesError `secret-missing`, which names all that are missing */
export function assertHostSecrets({ settings }: Pick<Loaded, 'settings'>): void {
  const wanted: SettingKey[] = ['JWT_SECRET_KEY', 'SERVICE_API_KEY', ...passwordsOf(settings)];
  const missing = wanted.filter((key) => !settings[key]);
  if (missing.length === 0) return;
  throw new HermesError(
    'secret-missing',
    `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set in the .env of the host`,
    `add it there: ${missing.map((key) => `${key}=$(openssl rand -hex 32)`).join(' ')}`,
  );
}

/**
 * The settings among those given that are for the host.
 * @throws HermesError `secret-given`, `bad-setting`
 */
export function forHost(given: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(given).filter(
    (entry): entry is [SettingKey, string] =>
      entry[1] !== undefined && table[entry[0] as SettingKey].scope !== 'deploy' && entry[0] !== 'ENGINE',
  );
  for (const [key, value] of entries) {
    if ((table[key] as Setting).secret)
      throw new HermesError(
        'secret-given',
        `${key} is a secret, and a command line is for everyone to read`,
        'put it into the .env of the host, which only its owner may read',
      );
    if (/["\\$`\n]/.test(value))
      throw new HermesError(
        'bad-setting',
        `${key} holds a character that a .env cannot`,
        'put it into the .env of the host',
      );
  }
  return Object.fromEntries(entries);
}
