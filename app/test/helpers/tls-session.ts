import { once } from 'node:events';
import { connect, type SecureVersion } from 'node:tls';
import { within } from './wait.js';

/** A TLS server that a client trusts by these certificates. */
export interface TlsTarget {
  readonly port: number;
  readonly ca: string;
}

export interface Handshake {
  /** Whether the server took the session that was offered. */
  readonly resumed: boolean;
  /** Of the certificate; after a resumption, of the one that the session began with. */
  readonly serial: string;
}

export type Version = Extract<SecureVersion, 'TLSv1.2' | 'TLSv1.3'>;

/** Makes a handshake by this version of TLS and no other, and offers a session where there is one. */
export async function shake({ port, ca }: TlsTarget, version: Version, session?: Buffer): Promise<Handshake> {
  const socket = open({ port, ca }, version, session);
  await within(once(socket, 'secureConnect'), `a handshake by ${version}`);
  const serial = socket.getPeerX509Certificate()?.serialNumber ?? '';
  const resumed = socket.isSessionReused();
  socket.destroy();
  return { resumed, serial };
}

/** Makes a handshake and gives the session that the server offers to resume. */
export async function newSession(target: TlsTarget, version: Version): Promise<Buffer> {
  const socket = open(target, version).resume();
  const [session] = await within(once(socket, 'session'), `a session of ${version}`);
  // OpenSSL forgets the session of a connection that ends without a word.
  await within(once(socket.end(), 'close'), 'the end of the connection');
  return session;
}

function open({ port, ca }: TlsTarget, version: Version, session?: Buffer) {
  return connect({
    host: '127.0.0.1',
    port,
    servername: 'localhost',
    ca,
    minVersion: version,
    maxVersion: version,
    session,
  });
}
