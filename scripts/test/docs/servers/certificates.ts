import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Files, make, openssl } from '../../certs/helpers/openssl.js';

export interface Leaf extends Files {
  /** Certificate of its CA. */
  readonly ca: string;
}

/** Makes a CA and a certificate for these names with openssl. */
export function leaf(folder: string, { names = 'DNS:localhost,IP:127.0.0.1' } = {}): Leaf {
  const root = make(folder, 'company-ca', { ca: true });
  const server = make(folder, 'server', { issuer: root, names });
  return { ...server, ca: root.cert };
}

/** The same, with an intermediate CA in between; the file of the certificate holds that alone. */
export function leafOfIntermediate(folder: string): Leaf & { readonly intermediate: string } {
  const root = make(folder, 'company-ca', { ca: true });
  const intermediate = make(folder, 'company-intermediate', { ca: true, issuer: root });
  const server = make(folder, 'server', { issuer: intermediate, names: 'DNS:localhost' });
  return { ...server, ca: root.cert, intermediate: intermediate.cert };
}

export interface Validity {
  readonly from: Date;
  readonly to: Date;
  /** As openssl takes them; those of a local CA for this machine when not given. */
  readonly names?: string;
}

/** Issues a certificate that is valid at another time than now. @returns its file */
export function leafValid(
  { from, to, names: wanted = 'DNS:localhost,IP:127.0.0.1,IP:::1' }: Validity,
  issuer: Files,
  key: string,
  folder: string,
): string {
  const at = (name: string) => join(folder, name);
  // `openssl x509` knows days from now only.
  writeFileSync(at('ca.cnf'), authority(folder));
  writeFileSync(at('index.txt'), '');
  const names = `subjectAltName=${wanted}`;
  openssl('req', '-new', '-key', key, '-subj', '/CN=localhost', '-addext', names, '-out', at('other.csr'));
  openssl(
    ...['ca', '-batch', '-notext', '-config', at('ca.cnf'), '-cert', issuer.cert, '-keyfile', issuer.key],
    ...['-in', at('other.csr'), '-out', at('other.pem'), '-startdate', stamp(from), '-enddate', stamp(to)],
  );
  return at('other.pem');
}

const stamp = (date: Date) => date.toISOString().replace(/[-:T]|\.\d+/g, '');

const authority = (folder: string) => `
[ca]
default_ca = here
[here]
database = ${folder}/index.txt
new_certs_dir = ${folder}
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
`;
