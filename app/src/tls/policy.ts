/** Versions of TLS, in Node's words. */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** Which of Mozilla's configurations is served (`TLS_POLICY`). */
export type TlsPolicyName = keyof typeof tlsVersions;

/**
 * Mozilla's server-side TLS guideline 6.0 (April 2026): "intermediate" for clients of the last ten years or so, "modern"
 * for TLS 1.3 alone. They differ in nothing else. The proxies take versions and lists from here too.
 */
export const tlsVersions = {
  intermediate: ['TLSv1.2', 'TLSv1.3'],
  modern: ['TLSv1.3'],
} as const satisfies Record<string, readonly [TlsVersion, ...TlsVersion[]]>;

/** ECDHE with AEAD only, no DHE, the client's preference among the suites. */
export const tlsPolicy = {
  /** OpenSSL names of the TLS 1.2 suites. TLS 1.3 keeps its three defaults. */
  ciphers: [
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
  ],
  ciphers13: ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  /** Groups in order of preference; the post-quantum hybrid needs OpenSSL 3.5. */
  groups: ['X25519', 'prime256v1', 'secp384r1'],
  postQuantumGroup: 'X25519MLKEM768',
  /** Seconds for which a session may be resumed: one day. */
  sessionLifetime: 86_400,
} as const;

/** The groups that this OpenSSL knows. An unknown one would be refused at start. */
export function groupsFor(opensslVersion: string): string[] {
  const [major = 0, minor = 0] = opensslVersion.split('.').map(Number);
  const postQuantum = major > 3 || (major === 3 && minor >= 5);
  return postQuantum ? [tlsPolicy.postQuantumGroup, ...tlsPolicy.groups] : [...tlsPolicy.groups];
}
