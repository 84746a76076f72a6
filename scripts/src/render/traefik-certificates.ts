import { readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificatesFile } from './traefik-plan.js';

/**
 * Has Traefik read a certificate: writes the file that names it anew, in one step. Traefik opens what is named there
 * twice, for the certificate and for the key, so it is told where the link in the path leads: that file never changes,
 * and a swap in between cannot give it halves that do not match.
 * @param folder of the rendered configuration
 * @param pem chain and key in one file
 * @param seenAs where Traefik sees a file of this host; absent: where it is
 * @throws Error `ENOENT` where there is no configuration
 */
export function nameCertificate(
  folder: string,
  pem: string,
  seenAs: (file: string) => string = (file) => file,
): void {
  const file = join(folder, certificatesFile);
  const path = JSON.stringify(seenAs(resolved(pem)));
  const text = readFileSync(file, 'utf8').replace(/(?<=\b(?:certFile|keyFile): ).*/g, () => path);
  // Under another name the half-written file is not read.
  const beside = `${file}.${process.pid}`;
  writeFileSync(beside, text);
  renameSync(beside, file);
}

/** The file itself; before there is one, the path to it. */
export function resolved(pem: string): string {
  try {
    return realpathSync(pem);
  } catch {
    return pem;
  }
}
