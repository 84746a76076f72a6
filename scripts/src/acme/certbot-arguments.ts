import type { Settings } from '../../../app/src/settings/table.js';
import { certificateName } from '../certs/layout.js';
import type { CertbotPaths } from './layout.js';

/** How the CA's challenges are answered. */
export type Responder =
  /** By files in a folder, which the proxy serves on port 80. */
  | { readonly kind: 'webroot'; readonly folder: string }
  /** By certbot itself on this port, where there is no proxy, or one that passes them on. */
  | {
      readonly kind: 'standalone';
      readonly port: number;
      /** To listen on; absent: on all. */
      readonly address?: string;
      /** Where the way of challenges can be tried out; absent: where they are answered. */
      readonly proofPath?: string;
    }
  /** By records that a plugin of certbot makes in the DNS. */
  | {
      readonly kind: 'dns';
      readonly plugin: string;
      readonly credentials: string;
      readonly propagation: number;
    };

export interface Order {
  readonly settings: Pick<Settings, 'DOMAIN' | 'ACME_EMAIL' | 'ACME_PROFILE'>;
  readonly paths: CertbotPaths;
  readonly responder: Responder;
  /** Renew though it is not due. */
  readonly force?: boolean | undefined;
  /** With a new private key, which implies a renewal. */
  readonly newKey?: boolean | undefined;
}

/**
 * The arguments of certbot that see to one certificate: it is issued where there is none, renewed where it is due or
 * for other names, else kept. `certonly` rather than `renew`: without a terminal the latter sleeps for up to eight
 * minutes, and it ends well where there is nothing to renew.
 */
export function certbotArguments({ settings, paths, responder, force, newKey }: Order): string[] {
  return [
    'certonly',
    ...folders(paths),
    ...['--cert-name', certificateName(settings.DOMAIN)],
    ...settings.DOMAIN.flatMap((name) => ['--domain', name]),
    ...contact(settings),
    // Preferred rather than required: a CA that drops a profile must not end the renewals.
    ...(settings.ACME_PROFILE ? ['--preferred-profile', settings.ACME_PROFILE] : []),
    ...answers(responder),
    ...(force || newKey ? ['--force-renewal'] : []),
    ...(newKey ? ['--new-key'] : []),
  ];
}

/** The arguments that register an account and do nothing else. */
export const registrationArguments = ({ settings, paths }: Pick<Order, 'settings' | 'paths'>): string[] => [
  'register',
  ...folders(paths),
  ...contact(settings),
];

const folders = ({ ini, config, work, logs }: CertbotPaths) => [
  ...['--config', ini, '--config-dir', config],
  ...['--work-dir', work, '--logs-dir', logs],
];

const contact = ({ ACME_EMAIL: email }: Order['settings']) =>
  email ? ['--email', email] : ['--register-unsafely-without-email'];

function answers(responder: Responder): string[] {
  switch (responder.kind) {
    case 'webroot':
      return ['--webroot', '--webroot-path', responder.folder];
    case 'standalone':
      return [
        ...['--standalone', '--http-01-port', String(responder.port)],
        ...(responder.address ? ['--http-01-address', responder.address] : []),
      ];
    case 'dns': {
      const plugin = `dns-${responder.plugin}`;
      const seconds = String(Math.ceil(responder.propagation / 1_000));
      return [
        ...['--authenticator', plugin, `--${plugin}-credentials`, responder.credentials],
        ...[`--${plugin}-propagation-seconds`, seconds],
      ];
    }
  }
}
