import type { Settings } from '../../../app/src/settings/table.js';

/** Where clients reach the stack. */
export interface Endpoint {
  readonly tls: boolean;
  /** Host that clients name; the certificate covers it. */
  readonly host: string;
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
  const host = (settings.DOMAIN[0] ?? 'localhost').replace(/^\*\./, '');
  const authority = port === (tls ? 443 : 80) ? host : `${host}:${port}`;
  return {
    tls,
    host,
    port,
    socketUrl: `${tls ? 'wss' : 'ws'}://${authority}`,
    pageUrl: `${tls ? 'https' : 'http'}://${authority}`,
  };
}
