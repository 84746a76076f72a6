import type { IncomingHttpHeaders } from 'node:http';

/** The subprotocol that carries a token from a browser, which can set no header: `bearer, <JWT>`. */
export const bearerProtocol = 'bearer';

/** The token of a handshake, from whichever of the three carriers has it: header, subprotocol, query. */
export function tokenOf(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined {
  const header = /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (header) return header;
  const [scheme, token] = (headers['sec-websocket-protocol'] ?? '').split(',').map((part) => part.trim());
  if (scheme === bearerProtocol && token) return token;
  return query.get('token') || undefined;
}
