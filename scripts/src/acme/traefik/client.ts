import { HermesError } from '../../../../app/src/errors.js';
import type { Settings } from '../../../../app/src/settings/table.js';

type Choice = Pick<
  Settings,
  'TLS' | 'PROXY' | 'ACME_CLIENT' | 'ACME_CHALLENGE' | 'ACME_DNS_PLUGIN' | 'ACME_DNS_CREDENTIALS'
>;

/** Whether Traefik asks the CA by itself. */
export const isTraefikClient = ({
  TLS,
  PROXY,
  ACME_CLIENT,
}: Pick<Settings, 'TLS' | 'PROXY' | 'ACME_CLIENT'>) =>
  TLS === 'letsencrypt' && PROXY === 'traefik' && ACME_CLIENT === 'traefik';

/** @throws HermesError `acme-client-needs-traefik`, `challenge-needs-traefik`, `dns-plugin-missing` */
export function assertAcmeClient(settings: Choice): void {
  const { TLS, PROXY, ACME_CLIENT, ACME_CHALLENGE, ACME_DNS_PLUGIN, ACME_DNS_CREDENTIALS } = settings;
  if (TLS !== 'letsencrypt') return;
  if (ACME_CLIENT === 'traefik' && PROXY !== 'traefik') {
    throw new HermesError(
      'acme-client-needs-traefik',
      `ACME_CLIENT=traefik needs PROXY=traefik, and PROXY is ${PROXY}`,
      'set PROXY=traefik, or ACME_CLIENT=certbot',
    );
  }
  if (ACME_CHALLENGE === 'tls-alpn-01' && ACME_CLIENT !== 'traefik') {
    throw new HermesError(
      'challenge-needs-traefik',
      'certbot does not answer ACME_CHALLENGE=tls-alpn-01',
      'set ACME_CHALLENGE=http-01 or dns-01, or PROXY=traefik with ACME_CLIENT=traefik',
    );
  }
  if (
    ACME_CLIENT === 'traefik' &&
    ACME_CHALLENGE === 'dns-01' &&
    !(ACME_DNS_PLUGIN && ACME_DNS_CREDENTIALS)
  ) {
    throw new HermesError(
      'dns-plugin-missing',
      'ACME_CHALLENGE=dns-01 needs ACME_DNS_PLUGIN and ACME_DNS_CREDENTIALS',
      'name the provider of your DNS, such as cloudflare or rfc2136, and the file with its variables',
    );
  }
}
