import { join } from 'node:path';
import { certificatePaths } from '../../certs/layout.js';

/** Where Traefik keeps what it has of one ACME directory. */
export interface TraefikAcmePaths {
  readonly folder: string;
  /** Accounts and certificates with their keys, as Traefik writes them. */
  readonly store: string;
  /** The certificate in the store as files, to be installed from. */
  readonly certFile: string;
  readonly keyFile: string;
  /** Configuration directory of the certbot that registers an external account. */
  readonly registration: string;
}

/** @param folder of the project. @param directory name of the ACME directory */
export function traefikAcmePaths(folder: string, directory: string): TraefikAcmePaths {
  const own = join(certificatePaths(folder).acme, directory, 'traefik');
  return {
    folder: own,
    store: join(own, 'acme.json'),
    certFile: join(own, 'fullchain.pem'),
    keyFile: join(own, 'privkey.pem'),
    registration: join(own, 'registration'),
  };
}
