import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import type { Loaded } from '../../../app/src/settings/load.js';
import type { SettingKey } from '../../../app/src/settings/table.js';
import type { Project } from '../project.js';
import type { Secrets } from './app-settings.js';

/** Files of this host that the settings name, and that certbot reads. */
const files = ['ACME_CA_BUNDLE', 'ACME_DNS_CREDENTIALS'] as const satisfies SettingKey[];

/** Secrets that only their reader's own user may read, as the plugins of certbot demand. */
export const ownersOnly: readonly string[] = ['ACME_DNS_CREDENTIALS'];

/**
 * What certbot gets as files, by their names; empty where it is not set.
 * @throws HermesError `file-unreadable`
 */
export function acmeSecrets({ root }: Project, { raw, settings }: Loaded): Secrets {
  if (settings.TLS !== 'letsencrypt') return {};
  const contents = files.map((key) => [key, settings[key] ? read(resolve(root, settings[key]), key) : '']);
  return { ACME_EAB_HMAC_KEY: raw.ACME_EAB_HMAC_KEY, ...Object.fromEntries(contents) };
}

function read(path: string, key: SettingKey): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new HermesError(
      'file-unreadable',
      `${path} cannot be read (${code})`,
      `correct ${key}, which names it, or let your user read it`,
    );
  }
}
