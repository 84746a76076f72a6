import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { HermesError, messageOf } from '../errors.js';
import { readPair } from './pair.js';
import { groupsFor, tlsPolicy } from './policy.js';

export interface DirectTlsFiles {
  readonly keyFile: string;
  readonly certFile: string;
}

/** How the app itself speaks to its clients. `cause` is why direct TLS was asked for but is not possible. */
export type Transport =
  | { readonly kind: 'wss'; readonly files: DirectTlsFiles; readonly options: SecureContextOptions }
  | { readonly kind: 'ws'; readonly cause?: string };

/**
 * Chooses WSS when both files are given and a server can use them, else WS.
 * @param required refuse to start instead of falling back (`SSL_REQUIRED`)
 * @throws HermesError `tls-required`
 */
export function chooseTransport(
  keyFile: string | undefined,
  certFile: string | undefined,
  required: boolean,
): Transport {
  const cause = missingHalf(keyFile, certFile);
  const transport: Transport =
    keyFile && certFile ? tryPair({ keyFile, certFile }) : { kind: 'ws', ...(cause && { cause }) };
  if (transport.kind === 'ws' && required) {
    throw new HermesError(
      'tls-required',
      `direct TLS is required, but ${transport.cause ?? 'SSL_KEYFILE and SSL_CERTFILE are not set'}`,
      'correct it, or unset SSL_REQUIRED to allow plain WS',
    );
  }
  return transport;
}

/** What a TLS server needs to serve this pair by Mozilla's guideline. */
export function secureContext({ keyFile, certFile }: DirectTlsFiles): SecureContextOptions {
  const { key, cert } = readPair(certFile, keyFile);
  const options: SecureContextOptions = {
    key,
    cert,
    minVersion: tlsPolicy.minVersion,
    ciphers: [...tlsPolicy.ciphers13, ...tlsPolicy.ciphers].join(':'),
    ecdhCurve: groupsFor(process.versions.openssl).join(':'),
    honorCipherOrder: false,
  };
  try {
    createSecureContext(options);
  } catch (error) {
    throw new HermesError(
      'pair-unusable',
      `OpenSSL refuses ${certFile} with ${keyFile}: ${messageOf(error)}`,
      'use an ECDSA P-256 key, or RSA of 2048 bits or more',
    );
  }
  return options;
}

function missingHalf(keyFile: string | undefined, certFile: string | undefined): string | undefined {
  if (keyFile && !certFile) return 'SSL_KEYFILE is set, but SSL_CERTFILE is not';
  if (certFile && !keyFile) return 'SSL_CERTFILE is set, but SSL_KEYFILE is not';
  return undefined;
}

function tryPair(files: DirectTlsFiles): Transport {
  try {
    return { kind: 'wss', files, options: secureContext(files) };
  } catch (error) {
    return { kind: 'ws', cause: messageOf(error) };
  }
}
