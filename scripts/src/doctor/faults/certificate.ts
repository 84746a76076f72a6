import { row } from './row.js';

/** Certificates, on disk and on the wire. Most have the names of the errors that other commands give, in capitals. */
export const certificate = {
  CERT_MISSING: row('There is no certificate to serve.', 'make up'),
  CERT_UNREADABLE: row('The certificate on disk is damaged, or cannot be read.', 'make renew FORCE=1'),
  CERT_EXPIRED: row(
    'The certificate has run out, on disk or on the wire.',
    '`make renew`; with TLS=files put the new one where SSL_CERTFILE and SSL_KEYFILE point first',
  ),
  CERT_NOT_YET_VALID: row(
    'The certificate is not valid yet: it came too early, or a clock is wrong.',
    'set the clock; if it was wrong when the certificate was made: make renew FORCE=1',
  ),
  CHAIN_ORDER: row(
    'A certificate of the chain is not followed by its issuer.',
    'put the server’s own first, then its issuer, and so on; then: make renew',
  ),
  CHAIN_INCOMPLETE: row(
    'An intermediate certificate is missing; browsers often hide that, other clients refuse.',
    'serve the full chain: cat server.crt intermediate.crt > fullchain.pem',
  ),
  KEY_MISSING: row('There is no private key.', 'make renew FORCE=1'),
  KEY_UNREADABLE: row('The private key is damaged, or cannot be read.', 'make renew FORCE=1'),
  KEY_MISMATCH: row('The private key belongs to another certificate.', 'make renew FORCE=1'),
  KEY_EXPOSED: row(
    'Others than its owner may read the private key.',
    'take the rights of others away: `chmod 600` on the key; if they may have read it: `make renew NEW_KEY=1`',
  ),
  SET_INCONSISTENT: row(
    'The files of a certificate do not hold the same: one was edited by hand.',
    'make renew FORCE=1',
  ),
  NAMES_MISSING: row(
    'The certificate is not for the name that clients use.',
    '`make up DOMAIN=…` with every name, and a certificate for all of them',
  ),
  CERT_PURPOSE: row('The certificate is not for TLS servers.', 'request a server certificate'),
  PAIR_WEAK: row(
    'Key or signature of the certificate are too weak for OpenSSL.',
    'use ECDSA P-256, or RSA with at least 2048 bits, signed with SHA-256',
  ),
  CERT_SELF_SIGNED: row(
    'The certificate signed itself, and no client has a reason to trust it.',
    '`make up` makes a local CA and a certificate of it; docs/how-to/trust-the-local-ca.md',
  ),
  CA_UNKNOWN: row(
    'The certificate is of a CA that this machine does not trust.',
    'trust that CA by its file: docs/how-to/trust-the-local-ca.md; for Node: NODE_EXTRA_CA_CERTS=ca.pem',
  ),
  CERT_REFUSED: row(
    'Clients refuse the certificate for another reason, which the cause names.',
    'request it anew',
  ),
  CA_INCOMPLETE: row('The local CA lacks its certificate or its key.', 'restore certs/ca from a backup'),
  CA_UNUSABLE: row(
    'The local CA cannot issue.',
    'restore certs/ca from a backup, or move it away and: make up',
  ),
  WIRE_DIFFERS: row('Another certificate is served than the one on disk.', 'make renew FORCE=1'),
  WIRE_UNVERIFIED: row('What is served cannot be verified with the chain on disk.', 'make renew FORCE=1'),
};
