import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { HermesError, messageOf } from '../../../app/src/errors.js';
import { type CertificateInfo, describeCertificate } from '../../../app/src/tls/certificate-info.js';
import { readChain, readPair } from '../../../app/src/tls/pair.js';
import { certificateName, certificatePaths, livePath } from './layout.js';
import { readCa } from './local-ca.js';
import { renewalTime } from './renewal.js';
import { assertServable } from './servable.js';

export interface Fault {
  readonly code: string;
  readonly cause: string;
  readonly fix: string;
}

export interface Inspected {
  readonly kind: 'live' | 'ca';
  /** Of the folder in `certs/live`; `ca` for the local CA. */
  readonly name: string;
  /** Of the certificate. */
  readonly path: string;
  /** Absent where the certificate cannot be read; then a fault says why. */
  readonly info?: CertificateInfo;
  /** Whole days until it expires, rounded down; negative afterwards. */
  readonly daysLeft?: number;
  /** When a renewal falls due. The local CA has none. */
  readonly renewAt?: Date;
  readonly faults: readonly Fault[];
}

export interface InspectOptions {
  /** The certificate of these names must cover them all; any other one only needs to be sound. */
  readonly domains?: readonly string[];
  readonly now?: Date;
}

/** Every certificate in use, by name, then the local CA. Changes nothing, and throws nothing for what it finds. */
export function inspectCertificates(folder: string, options: InspectOptions = {}): Inspected[] {
  const { domains = [], now = new Date() } = options;
  const { live, caCert, caKey } = certificatePaths(folder);
  const names = existsSync(live) ? readdirSync(live).filter((name) => !name.startsWith('.')) : [];
  const inspected = names.sort().map((name) => {
    const wanted = name === certificateName(domains) ? domains : [];
    return inspectLive(folder, name, wanted, now);
  });
  if (!existsSync(caCert) && !existsSync(caKey)) return inspected;
  return [...inspected, inspectCa(folder, now)];
}

function inspectLive(folder: string, name: string, domains: readonly string[], now: Date): Inspected {
  const [tls, fullchain, privkey, chain] = (['tls', 'fullchain', 'privkey', 'chain'] as const).map((file) =>
    livePath(folder, name, file),
  ) as [string, string, string, string];
  const info = infoOf(fullchain);
  const faults = faultsOf(
    () =>
      assertServable(readPair(tls, tls, 'any time'), { domains, roots: readChain(chain), now, file: tls }),
    () => assertSameContent(tls, fullchain, privkey),
    () => assertMode(privkey, 0o600),
    () => assertMode(tls, 0o640),
  );
  return {
    kind: 'live',
    name,
    path: fullchain,
    ...(info && { info, daysLeft: daysLeft(info, now), renewAt: renewalTime(info) }),
    faults,
  };
}

function inspectCa(folder: string, now: Date): Inspected {
  const { caCert, caKey } = certificatePaths(folder);
  const info = infoOf(caCert);
  const faults = faultsOf(
    () => readCa(folder, now),
    () => assertMode(caKey, 0o600),
  );
  return {
    kind: 'ca',
    name: 'ca',
    path: caCert,
    ...(info && { info, daysLeft: daysLeft(info, now) }),
    faults,
  };
}

function infoOf(path: string): CertificateInfo | undefined {
  try {
    return describeCertificate(readChain(path)[0]);
  } catch {
    return undefined;
  }
}

const daysLeft = ({ notAfter }: CertificateInfo, now: Date) =>
  Math.floor((notAfter.getTime() - now.getTime()) / 86_400_000);

/** What the checks throw. They overlap, so the same code is told once. */
function faultsOf(...checks: (() => unknown)[]): Fault[] {
  const faults = new Map<string, Fault>();
  for (const check of checks) {
    try {
      check();
    } catch (error) {
      const { code, hint } = error instanceof HermesError ? error : { code: 'not-readable', hint: '' };
      faults.set(code, { code, cause: messageOf(error), fix: hint });
    }
  }
  return [...faults.values()];
}

function assertSameContent(tls: string, fullchain: string, privkey: string): void {
  const [whole, ...parts] = [tls, fullchain, privkey].map((file) => readFileSync(file, 'utf8'));
  if (whole === parts.join('')) return;
  const cause = `${tls} does not hold what ${fullchain} and ${privkey} hold`;
  throw new HermesError('set-inconsistent', cause, 'renew or import it again; do not edit files of a set');
}

function assertMode(path: string, widest: number): void {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & 0o777 & ~widest) === 0) return;
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  throw new HermesError(
    'key-exposed',
    `the private key in ${path} has mode ${octal}`,
    `chmod ${widest.toString(8)} ${path}; if others may have read it, renew with a new key`,
  );
}
