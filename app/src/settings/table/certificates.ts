import { profileLifetime } from '../acme-profiles.js';
import {
  acmeDirectory,
  acmeRehearsal,
  duration,
  flag,
  integer,
  oneOf,
  pattern,
  port,
  text,
  url,
} from '../kinds.js';
import { type Raw, settingsOf } from '../setting.js';

const setting = settingsOf('certificates');

/** Where certificates come from, and who is told of them. */
export const certificates = {
  ACME_EMAIL: setting(text(), 'Contact of the ACME account; a CA may do without.'),
  ACME_DIRECTORY: setting(
    acmeDirectory(),
    'ACME directory: Let’s Encrypt’s `production` or `staging`, or the URL of another CA.',
    { fallback: 'production' },
  ),
  ACME_REHEARSAL: setting(
    acmeRehearsal(),
    'Directory that has to issue once before a new host asks ACME_DIRECTORY; `auto` is Let’s Encrypt’s staging before its production, and none before another CA.',
    { fallback: 'auto' },
  ),
  ACME_CA_BUNDLE: setting(text(), 'CA file to trust when talking to the ACME server.'),
  ACME_CLIENT: setting(
    oneOf('certbot', 'traefik'),
    'Who asks the CA: certbot, or Traefik itself with `PROXY=traefik`.',
    { fallback: 'certbot' },
  ),
  ACME_CHALLENGE: setting(
    oneOf('http-01', 'dns-01', 'tls-alpn-01'),
    'How the ACME server validates the names; a wildcard needs dns-01, and tls-alpn-01 needs `ACME_CLIENT=traefik`.',
    {
      fallback: 'http-01',
    },
  ),
  ACME_ANSWER_PORT: setting(
    port(),
    'Port, on this host only, at which certbot answers http-01 behind Traefik, and at which the way there is checked beforehand.',
    { fallback: '5080' },
  ),
  ACME_DNS_PLUGIN: setting(
    pattern(
      /^[a-z0-9][a-z0-9-]*$/,
      'the name of a DNS plugin of the ACME client, such as rfc2136 or cloudflare',
    ),
    'Plugin of certbot, or provider of Traefik, that answers dns-01, such as `rfc2136` or `cloudflare`.',
  ),
  ACME_DNS_CREDENTIALS: setting(
    text(),
    'File with the credentials for ACME_DNS_PLUGIN, in that plugin’s format, for Traefik as lines `NAME=value`; only its owner may read it.',
  ),
  ACME_DNS_PROPAGATION: setting(
    duration('0s', '1h'),
    'Time from a change of DNS until the CA is told to look.',
    { fallback: '60s' },
  ),
  ACME_PROFILE: setting(
    pattern(/^[A-Za-z0-9_.-]+$/, 'the name of a profile, such as classic, tlsserver or shortlived'),
    'ACME certificate profile: at Let’s Encrypt `classic`, `tlsserver` or `shortlived`. Empty: the CA’s own default.',
  ),
  ACME_LIFETIME: setting(
    duration('1h', '400d'),
    'Life of the certificates that the CA issues, by which Traefik plans its renewals with `ACME_CLIENT=traefik`.',
    {
      fallback: (raw: Raw) => `${profileLifetime(raw('ACME_PROFILE'))}h`,
      fallbackDoc: 'that of ACME_PROFILE at Let’s Encrypt, else 90 days',
    },
  ),
  ACME_KEY_TYPE: setting(
    oneOf('ecdsa', 'rsa'),
    'Kind of key: ECDSA P-256, or RSA 2048 for clients that are very old.',
    { fallback: 'ecdsa' },
  ),
  ACME_EAB_KID: setting(text(), 'Key id of an external account, for a CA that asks for one.'),
  ACME_EAB_HMAC_KEY: setting(
    pattern(
      /^(?:[\w-]{4})*(?:[\w-]{2}(?:==)?|[\w-]{3}=?)?$/,
      'the key in base64url (RFC 4648, section 5), as the CA shows it',
    ),
    'Key of the external account, as base64url.',
    { secret: true },
  ),
  ACME_LIMITS: setting(
    oneOf('auto', 'letsencrypt', 'none'),
    'Rate limits that we stop short of; `auto` is Let’s Encrypt’s own for its directories, and none for another CA.',
    { fallback: 'auto' },
  ),
  ACME_PREFLIGHT: setting(
    flag(),
    'Before the CA is asked, check names, port 80, CAA records and the clock.',
    { fallback: 'true' },
  ),
  ACME_RESOLVER: setting(
    pattern(
      /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/,
      'the address of a DNS server, such as 9.9.9.9 or [2620:fe::fe]:53',
    ),
    'DNS server that these checks ask. Empty: the system’s.',
  ),
  TLS_POLICY: setting(
    oneOf('intermediate', 'modern'),
    'Mozilla’s configuration: TLS 1.2 and 1.3, or 1.3 only.',
    { fallback: 'intermediate' },
  ),
  ALERT_WEBHOOK: setting(
    url('https', 'http'),
    'URL that gets a JSON message when a renewal fails, an old certificate is served, or its life runs out.',
    { secret: true },
  ),
  WATCH_PORT: setting(
    port(),
    'Port, on this host only, of the metrics of certificates as seen on the wire.',
    { fallback: '9464' },
  ),
  CERT_DAYS: setting(integer(1, 90), 'Days that a certificate of the local CA is valid. At most 90.', {
    fallback: '90',
  }),
  SSL_KEYFILE: setting(text(), 'Private key for direct TLS in the app (PEM).'),
  SSL_CERTFILE: setting(text(), 'Certificate chain for direct TLS in the app (PEM).'),
  SSL_REQUIRED: setting(
    flag(),
    'Refuse to start, rather than fall back to WS, when direct TLS is not possible.',
    { fallback: 'false' },
  ),
};
