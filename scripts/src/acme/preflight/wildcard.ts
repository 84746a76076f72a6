import { HermesError } from '../../../../app/src/errors.js';
import type { Settings } from '../../../../app/src/settings/table.js';

/** @throws HermesError `wildcard-needs-dns` for a name that no CA validates over HTTP */
export function assertNoWildcard({ DOMAIN }: Pick<Settings, 'DOMAIN'>): void {
  const wildcard = DOMAIN.find((name) => name.startsWith('*.'));
  if (!wildcard) return;
  throw new HermesError(
    'wildcard-needs-dns',
    `a CA validates ${wildcard} by dns-01 only`,
    'set ACME_CHALLENGE=dns-01 with ACME_DNS_PLUGIN and ACME_DNS_CREDENTIALS, or name the hosts in DOMAIN one by one',
  );
}
