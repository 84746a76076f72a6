import type { Settings } from '../../../app/src/settings/table.js';

/** Where clients reach the stack. */
export interface Endpoint {
  readonly tls: boolean;
  /** Host that clients name; the certificate covers it. */
  readonly host: string;
  /** Address of this machine at which it answers. */
  readonly address: string;
  readonly port: number;
  /** `wss://host[:port]`, or `ws://…` with `TLS=off`. */
  readonly socketUrl: string;
  /** `https://host[:port]`, or `http://…` with `TLS=off`. */
  readonly pageUrl: string;
}

export function endpointOf(settings: Settings): Endpoint {
  const tls = settings.TLS !== 'off';
  const proxied = settings.PROXY !== 'none';
  const port = proxied ? (tls ? settings.HTTPS_PORT : settings.HTTP_PORT) : settings.APP_PORT;
  const host = hostOf(settings.DOMAIN);
  const authority = port === (tls ? 443 : 80) ? host : `${host}:${port}`;
  return {
    tls,
    host,
    address: proxied ? loopback : appAddress(settings),
    port,
    socketUrl: `${tls ? 'wss' : 'ws'}://${authority}`,
    pageUrl: `${tls ? 'https' : 'http'}://${authority}`,
  };
}

/** Address at which the app answers on this machine. */
export function appAddress({ PROXY, APP_BIND }: Settings): string {
  return PROXY === 'none' && !everyAddress.includes(APP_BIND) ? APP_BIND : loopback;
}

/** Addresses of this machine at which it answers, one for each family. @param ipv6 whether this machine has it */
export function addressesOf(settings: Settings, ipv6: boolean): string[] {
  const { PROXY, APP_BIND } = settings;
  const every = PROXY !== 'none' || ['*', '::'].includes(APP_BIND);
  return every ? [loopback, ...(ipv6 ? ['::1'] : [])] : [appAddress(settings)];
}

/** `APP_BIND` for all addresses, as it may be written. */
export const everyAddress: readonly string[] = ['*', '0.0.0.0', '::'];

const loopback = '127.0.0.1';

/** A wildcard is for the names below it, and not for the name itself (RFC 9525, section 6.3). */
function hostOf(domains: readonly string[]): string {
  const plain = domains.find((name) => !name.startsWith('*.'));
  return plain ?? (domains[0] ?? 'localhost').replace(/^\*\./, 'any.');
}
