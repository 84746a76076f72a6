import type { Transport } from './direct.js';

/** The lines that the guide promises on standard output, and one more that names why WSS was not possible. */
export function startLines(transport: Transport): string[] {
  if (transport.kind === 'wss') {
    return [
      '🔒 SSL certificates detected - Starting with WSS (WebSocket Secure) support',
      `   - SSL Key: ${transport.files.keyFile}`,
      `   - SSL Cert: ${transport.files.certFile}`,
    ];
  }
  return [
    '📡 Starting with WS (unsecured WebSocket) support',
    '   To enable WSS, set SSL_KEYFILE and SSL_CERTFILE environment variables',
    ...(transport.cause ? [`⚠️ WSS is not possible: ${transport.cause}`] : []),
  ];
}
