import { stat } from 'node:fs/promises';
import { HermesError } from '../../../../app/src/errors.js';

/**
 * @param credentials path of the file that the DNS plugin of certbot reads
 * @throws HermesError `dns-credentials-missing`, `dns-credentials-exposed`
 */
export async function assertCredentials(credentials: string): Promise<void> {
  const found = await stat(credentials).catch(() => undefined);
  if (!found?.isFile()) {
    throw new HermesError(
      'dns-credentials-missing',
      `there is no file ${credentials}, which ACME_DNS_CREDENTIALS names`,
      'write the credentials of your DNS into it; the documentation of the plugin has its format',
    );
  }
  if ((found.mode & 0o077) === 0) return;
  const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
  throw new HermesError(
    'dns-credentials-exposed',
    `others can read ${credentials}: it has mode ${mode}`,
    `chmod 600 ${credentials}; if others may have read it, change the credentials`,
  );
}
