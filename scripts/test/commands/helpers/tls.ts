import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';

/** A verified TLS connection to localhost, for what no client would send. */
export async function openTls(port: number, ca: string): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ca });
  await once(socket, 'secureConnect');
  return socket;
}
