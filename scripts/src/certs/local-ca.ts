import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import { readPair } from '../../../app/src/tls/pair.js';
import { ensureFolder, syncFolder, writeNewFile } from './durable.js';
import { certificatePaths } from './layout.js';
import { type Authority, signCertificate, wholeSeconds } from './sign.js';
import * as x509 from './x509.js';

export interface LocalCa extends Authority {
  /** Path of `ca.pem`, which clients trust. */
  readonly file: string;
}

export interface CaOptions {
  /** Of the project. */
  readonly folder: string;
  readonly now?: Date;
  /** Appears in the name of a new CA, so that it is recognisable in a browser's list. */
  readonly host?: string;
}

const years = 10;

/**
 * The local CA of a project, made on first use: ECDSA P-256, for ten years, and for leaves only (path length 0).
 * One that exists is never replaced, because clients trust it.
 * @throws HermesError `ca-incomplete` or `ca-unusable`.
 */
export async function ensureCa(options: CaOptions): Promise<LocalCa & { created: boolean }> {
  const known = readCa(options.folder, options.now);
  if (known) return { ...known, created: false };
  const created = await createCa(options);
  const ca = readCa(options.folder, options.now);
  if (!ca) {
    const folder = certificatePaths(options.folder).ca;
    const hint = 'move it away, or make it readable for your user';
    throw new HermesError('ca-unusable', `${folder} is in the way of a new local CA`, hint);
  }
  return { ...ca, created };
}

/**
 * @returns undefined where there is none yet.
 * @throws HermesError `ca-incomplete` or `ca-unusable`.
 */
export function readCa(folder: string, now = new Date()): LocalCa | undefined {
  const { ca, caCert, caKey } = certificatePaths(folder);
  const missing = [caCert, caKey].filter((file) => !existsSync(file));
  if (missing.length === 2) return undefined;
  const hint = `restore it from a backup, or delete ${ca} for a new CA, which every client must then trust again`;
  if (missing.length > 0) {
    throw new HermesError('ca-incomplete', `the local CA lacks ${missing.join()}`, hint);
  }
  try {
    const { chain, key, leaf } = readPair(caCert, caKey, now);
    if (!chain[0].ca) throw new HermesError('ca-unusable', `${caCert} is not the certificate of a CA`);
    if (leaf.keyType !== 'ECDSA P-256') {
      throw new HermesError('ca-unusable', `${caKey} is ${leaf.keyType}, not ECDSA P-256`);
    }
    return { certificate: chain[0], key: createPrivateKey(key), file: caCert };
  } catch (error) {
    if (!(error instanceof HermesError)) throw error;
    throw new HermesError('ca-unusable', `the local CA cannot be used: ${error.message}`, hint);
  }
}

/** @returns false where another process made one meanwhile. */
async function createCa({ folder, now = new Date(), host = hostname() }: CaOptions): Promise<boolean> {
  const { root, ca } = certificatePaths(folder);
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const notBefore = wholeSeconds(now.getTime());
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + years);
  const { KeyUsageFlags } = x509;
  const certificate = await signCertificate({
    subject: [{ O: ['Monitor Hermes'] }, { CN: [caName(host, now)] }],
    key,
    notBefore,
    notAfter,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  await ensureFolder(root, 0o755);
  // Made aside and renamed as a whole, so that a crash leaves no half of a CA.
  const aside = await mkdtemp(join(root, '.ca-'));
  try {
    const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
    await writeNewFile(join(aside, 'ca.key'), pem, { mode: 0o600 });
    await writeNewFile(join(aside, 'ca.pem'), certificate.toString(), { mode: 0o644 });
    await syncFolder(aside);
    // Any user of this host may come for ca.pem; the key has its own mode.
    await chmod(aside, 0o755);
    await rename(aside, ca);
    await syncFolder(root);
    return true;
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** At most 64 characters, the upper bound of a common name (RFC 5280, appendix A.1). */
function caName(host: string, now: Date): string {
  const date = now.toISOString().slice(0, 10);
  return `Monitor Hermes local CA (${host.slice(0, 25)} ${date})`;
}
