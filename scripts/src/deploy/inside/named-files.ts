import { relative, resolve } from 'node:path';
import { HermesError } from '../../../../app/src/errors.js';
import type { SettingKey, Settings } from '../../../../app/src/settings/table.js';

/** Settings that name a file, by where certificates come from. */
const keys: Readonly<Partial<Record<Settings['TLS'], readonly SettingKey[]>>> = {
  letsencrypt: ['ACME_CA_BUNDLE', 'ACME_DNS_CREDENTIALS'],
  files: ['SSL_CERTFILE', 'SSL_KEYFILE'],
};

/**
 * Whether a release can see the files that its settings name.
 * @param root folder of the installation, all of the host that it sees
 * @throws HermesError `file-outside`
 */
export function assertFilesWithin(root: string, settings: Settings): void {
  for (const key of keys[settings.TLS] ?? []) {
    const value = settings[key];
    if (!value || !/^\.\.(\/|$)/.test(relative(root, resolve(root, String(value))))) continue;
    throw new HermesError(
      'file-outside',
      `${key}=${value} is outside of ${root}, and a release sees nothing else of the host`,
      'put the file there, and name it from there',
    );
  }
}
