import type { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, connect, type TLSSocket } from 'node:tls';
import { type CertificateInfo, describeCertificate } from '../../../app/src/tls/certificate-info.js';

export interface Target {
  readonly address: string;
  readonly port: number;
  /** Name asked for, and verified. */
  readonly servername: string;
}

export interface Served extends CertificateInfo {
  /** Fingerprints of the certificates that the server sent, the leaf first. */
  readonly chain: readonly string[];
  /** Where the CA has the certificate that issued the leaf (RFC 5280, section 4.2.2.1); absent where it does not say. */
  readonly issuerUrl?: string;
}

export interface Handshake {
  readonly served: Served;
  /** Why a client would refuse what was served; absent when it was verified. */
  readonly refusal?: { readonly code: string; readonly reason: string };
}

/** Codes of OpenSSL for a certificate that is right but for its time. */
const dateCodes: readonly string[] = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];

export const isOfDates = (refusal: Handshake['refusal']) => dateCodes.includes(refusal?.code ?? '');

/**
 * Shakes hands, and sends nothing.
 * @param ca PEM of what to verify against, intermediates included; absent: the roots that Node trusts.
 * @param timeout milliseconds
 * @param offer what to offer; absent: what Node does
 * @throws whatever the connection or the handshake fails with
 */
export async function shakeHands(
  { address, port, servername }: Target,
  ca: string | undefined,
  timeout: number,
  offer: Pick<ConnectionOptions, 'minVersion' | 'maxVersion' | 'ciphers'> = {},
): Promise<Handshake> {
  let misnamed: Error | undefined;
  const socket = connect({
    ...offer,
    host: address,
    port,
    // An address is no server name (RFC 6066, section 3), yet it is what the certificate must be for.
    servername: isIP(servername) ? '' : servername,
    checkServerIdentity: (_, certificate) => {
      misnamed = checkServerIdentity(servername, certificate);
      return misnamed;
    },
    // Who names an intermediate trusts it, although its root may be unknown, as it is with an ACME staging CA.
    ...(ca && { ca, allowPartialTrustChain: true }),
    // Verified all the same: the verdict is read below instead of thrown, which would hide what was served.
    rejectUnauthorized: false,
  });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(timeout) });
    const served = servedBy(socket);
    if (socket.authorized) return { served };
    // Node gives the code, though its types say an error.
    const code = String(socket.authorizationError);
    const reason = misnamed?.message ?? code.toLowerCase().replaceAll('_', ' ');
    return { served, refusal: { code, reason } };
  } finally {
    socket.destroy();
  }
}

/** In Node, the issuers of a peer's X509Certificate are those that it sent, whatever verification made of them. */
function servedBy(socket: TLSSocket): Served {
  const leaf = socket.getPeerX509Certificate();
  if (!leaf) throw new Error('the peer sent no certificate');
  const chain: string[] = [];
  let sent: X509Certificate | undefined = leaf;
  // A root is its own issuer.
  while (sent && !chain.includes(sent.fingerprint256)) {
    chain.push(sent.fingerprint256);
    sent = sent.issuerCertificate;
  }
  const issuerUrl = /CA Issuers - URI:(\S+)/.exec(leaf.infoAccess ?? '')?.[1];
  return { ...describeCertificate(leaf), chain, ...(issuerUrl && { issuerUrl }) };
}
