import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { join } from 'node:path';
import { issueLeaf, newLeafKey } from '../certs/leaf.js';
import { ensureCa } from '../certs/local-ca.js';
import { newFolder } from '../servers/temporary-folder.js';
import { findWorkers } from '../stack/workers.js';

/** Paths of a certificate for `localhost`. */
export interface CertificateFiles {
  readonly chain: string;
  readonly key: string;
  /** Chain and key in one file. */
  readonly pem: string;
}

export interface Certificates {
  /** Of the CA that the generator trusts. */
  readonly ca: string;
  /** P-256, as everything here has it. */
  readonly ecdsa: CertificateFiles;
  /** RSA-4096, as the guide has it. */
  readonly rsa: CertificateFiles;
}

/** Certificates of a CA that goes with this process. */
export async function makeCertificates(): Promise<Certificates> {
  const folder = newFolder();
  // Workers of nginx read the PEM at each handshake, and are another user.
  chmodSync(folder, 0o755);
  const ca = await ensureCa({ folder });
  const workers = await findWorkers();
  const issue = async (name: string, key: KeyObject): Promise<CertificateFiles> => {
    const leaf = await issueLeaf({ ca, domains: ['localhost'], days: 7, key, now: new Date() });
    const files = {
      chain: join(folder, `${name}.crt`),
      key: join(folder, `${name}.key`),
      pem: join(folder, `${name}.pem`),
    };
    const secret = key.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(files.chain, leaf.toString());
    writeFileSync(files.key, secret, { mode: 0o600 });
    writeFileSync(files.pem, `${leaf}${secret}`, { mode: 0o640 });
    if (workers) await chown(files.pem, 0, workers.gid);
    return files;
  };
  const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 4_096 });
  return { ca: ca.file, ecdsa: await issue('ecdsa', newLeafKey()), rsa: await issue('rsa', rsa) };
}
