import type { Settings } from '../../../app/src/settings/table.js';

/** An ACME server, by the URL of its directory (RFC 8555, section 7.1.1). */
export interface AcmeDirectory {
  /** Names a folder: `production`, `staging`, or host and port of the URL. */
  readonly name: string;
  readonly url: string;
  /** Which of Let’s Encrypt’s directories this is; undefined for another CA. */
  readonly letsencrypt: 'production' | 'staging' | undefined;
}

/** Sources: https://letsencrypt.org/getting-started/ and https://letsencrypt.org/docs/staging-environment/. */
const letsEncrypt = {
  production: 'https://acme-v02.api.letsencrypt.org/directory',
  staging: 'https://acme-staging-v02.api.letsencrypt.org/directory',
} as const;

/** The directory that certificates in use come from. */
export function acmeDirectory(settings: Pick<Settings, 'ACME_DIRECTORY'>): AcmeDirectory {
  return directoryOf(settings.ACME_DIRECTORY);
}

/** The directory that has to issue once before a new host asks the other; undefined where there is no rehearsal. */
export function rehearsalDirectory(
  settings: Pick<Settings, 'ACME_DIRECTORY' | 'ACME_REHEARSAL'>,
): AcmeDirectory | undefined {
  const target = acmeDirectory(settings);
  const { ACME_REHEARSAL: choice } = settings;
  if (choice === 'off') return undefined;
  if (choice === 'auto') return target.letsencrypt === 'production' ? directoryOf('staging') : undefined;
  const rehearsal = directoryOf(choice);
  return rehearsal.url === target.url ? undefined : rehearsal;
}

function directoryOf(choice: string): AcmeDirectory {
  const url = new URL(choice in letsEncrypt ? letsEncrypt[choice as keyof typeof letsEncrypt] : choice);
  const known = (['production', 'staging'] as const).find((stage) => letsEncrypt[stage] === url.href);
  return { name: known ?? folderName(url), url: url.href, letsencrypt: known };
}

/** The path tells directories of one host apart, such as the provisioners of step-ca; usual paths say nothing. */
function folderName({ hostname, port, protocol, pathname }: URL): string {
  const path = /^\/(dir|directory)?$/.test(pathname) ? '' : pathname;
  const name = `${hostname}-${port || (protocol === 'http:' ? 80 : 443)}${path}`;
  return name.replace(/[^\w.]+/g, '-').replace(/^[.-]+|-+$/g, '');
}
