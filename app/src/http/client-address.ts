import type { IncomingMessage } from 'node:http';
import proxyAddress from 'proxy-addr';

/** How a socket that takes IPv6 too shows an IPv4 peer (RFC 4291, section 2.5.5.2). */
const mapped = /^::ffff:(?=\d+\.)/i;

/**
 * The address of the client: of the peer, or what the trusted proxies in front say.
 * @param hops proxies whose X-Forwarded-For is believed (`TRUST_PROXY_HOPS`)
 */
export function clientAddress(hops: number): (request: IncomingMessage) => string {
  return (request) =>
    proxyAddress(request, (_address, index) => index < hops)?.replace(mapped, '') ?? 'unknown';
}
