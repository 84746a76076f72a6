import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { HermesError, messageOf } from '../errors.js';
import { readPair } from './pair.js';
import { groupsFor, type TlsPolicyName, tlsPolicy, tlsVersions } from './policy.js';

export interface DirectTlsFiles {
  readonly keyFile: string;
  readonly certFile: string;
}

/** What is asked of direct TLS: `SSL_KEYFILE`, `SSL_CERTFILE`, `SSL_REQUIRED` and `TLS_POLICY`. */
export interface DirectTlsWish {
  readonly keyFile: string | undefined;
  readonly certFile: string | undefined;
  /** Refuse to start instead of falling back to WS. */
  readonly required: boolean;
  readonly policy: TlsPolicyName;
}

/** WSS from these files. */
export interface DirectTls {
  readonly kind: 'wss';
  readonly files: DirectTlsFiles;
  /** What the files held at the start. */
  readonly options: SecureContextOptions;
  /** Reads the files again. @throws HermesError of a pair that no server can use */
  load(): SecureContextOptions;
}

/** How the app itself speaks to its clients. `cause` is why direct TLS was asked for but is not possible. */
export type Transport = DirectTls | { readonly kind: 'ws'; readonly cause?: string };

/**
 * Chooses WSS when both files are given and a server can use them, else WS.
 * @throws HermesError `tls-required`
 */
export function chooseTransport({ keyFile, certFile, required, policy }: DirectTlsWish): Transport {
  const cause = missingHalf(keyFile, certFile);
  const transport: Transport =
    keyFile && certFile ? tryPair({ keyFile, certFile }, policy) : { kind: 'ws', ...(cause && { cause }) };
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
function secureContext({ keyFile, certFile }: DirectTlsFiles, policy: TlsPolicyName): SecureContextOptions {
  const { key, cert } = readPair(certFile, keyFile);
  const [minVersion] = tlsVersions[policy];
  const options: SecureContextOptions = {
    key,
    cert,
    minVersion,
    ciphers: [...tlsPolicy.ciphers13, ...(minVersion === 'TLSv1.2' ? tlsPolicy.ciphers : [])].join(':'),
    // Node makes one of the command line, which is not the same for all workers: they could not resume each other's.
    sessionIdContext: 'monitor-hermes',
    ecdhCurve: groupsFor(process.versions.openssl).join(':'),
    honorCipherOrder: false,
    sessionTimeout: tlsPolicy.sessionLifetime,
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

function tryPair(files: DirectTlsFiles, policy: TlsPolicyName): Transport {
  const load = () => secureContext(files, policy);
  try {
    return { kind: 'wss', files, options: load(), load };
  } catch (error) {
    return { kind: 'ws', cause: messageOf(error) };
  }
}
