import { HermesError } from '../../../../app/src/errors.js';
import type { Settings } from '../../../../app/src/settings/table.js';
import type { DirectoryMeta } from './ask-directory.js';

/** @throws HermesError `profile-unknown` */
export function assertProfile({ ACME_PROFILE: profile }: Settings, { profiles = {} }: DirectoryMeta): void {
  const offered = Object.keys(profiles);
  if (!profile || offered.includes(profile)) return;
  throw new HermesError(
    'profile-unknown',
    `the CA has no profile ${profile}`,
    offered.length > 0
      ? `set ACME_PROFILE to one of ${offered.join(', ')}, or leave it empty`
      : 'it offers no profiles: leave ACME_PROFILE empty',
  );
}

/** @throws HermesError `eab-required` */
export function assertExternalAccount(settings: Settings, { externalAccountRequired }: DirectoryMeta): void {
  if (!externalAccountRequired || (settings.ACME_EAB_KID && settings.ACME_EAB_HMAC_KEY)) return;
  throw new HermesError(
    'eab-required',
    'the CA wants an external account',
    'set ACME_EAB_KID and ACME_EAB_HMAC_KEY as your CA gave them to you',
  );
}
