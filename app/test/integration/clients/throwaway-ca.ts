import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ThrowawayCa {
  /** PEM of the CA, which clients trust. */
  readonly caFile: string;
  /** The leaf for `localhost` and `127.0.0.1`. */
  readonly certFile: string;
  readonly keyFile: string;
}

const config = `
[req]
distinguished_name = name
prompt = no
[name]
CN = Hermes test
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
`;

/** Makes a CA of its own and a certificate by it, both for a day, with openssl. */
export function makeCa(folder: string): ThrowawayCa {
  const file = (name: string) => join(folder, name);
  writeFileSync(file('openssl.cnf'), config);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-config', 'openssl.cnf'];
  const day = ['-days', '1'];
  openssl('req', '-x509', ...newKey, '-extensions', 'ca', ...day, '-keyout', 'ca.key', '-out', 'ca.pem');
  openssl('req', '-new', ...newKey, '-subj', '/CN=localhost', '-keyout', 'leaf.key', '-out', 'leaf.csr');
  const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
  const extensions = ['-extfile', 'openssl.cnf', '-extensions', 'leaf'];
  openssl('x509', '-req', '-in', 'leaf.csr', ...signer, ...extensions, ...day, '-out', 'leaf.pem');
  return { caFile: file('ca.pem'), certFile: file('leaf.pem'), keyFile: file('leaf.key') };
}
