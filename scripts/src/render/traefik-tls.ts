import { type TlsVersion, tlsPolicy } from '../../../app/src/tls/policy.js';

/** In Traefik's words, which are those of Go's crypto/tls. */
export const goVersion = (version: TlsVersion) => version.replace('TLSv1.', 'VersionTLS1');

/** The IANA name of a TLS 1.2 suite with ECDHE, from OpenSSL's: https://www.iana.org/assignments/tls-parameters/. */
export function goSuite(suite: string): string {
  const [, key, cipher] = /^ECDHE-(ECDSA|RSA)-(.+)$/.exec(suite) ?? [];
  const iana = cipher
    ?.replace(/^AES(\d+)-GCM/, 'AES_$1_GCM')
    .replace('CHACHA20-POLY1305', 'CHACHA20_POLY1305_SHA256')
    .replace('-', '_');
  if (!key || !iana) throw new Error(`${suite} has no name in Go`);
  return `TLS_ECDHE_${key}_WITH_${iana}`;
}

const groups: Readonly<Record<(typeof tlsPolicy.groups)[number], string>> = {
  X25519: 'X25519',
  prime256v1: 'CurveP256',
  secp384r1: 'CurveP384',
};

/** Go has the post-quantum hybrid since 1.24, and Traefik 3.6 is built with a newer one. */
export const goGroups = () => [tlsPolicy.postQuantumGroup, ...tlsPolicy.groups.map((group) => groups[group])];
