import { createPublicKey, type X509Certificate } from 'node:crypto';
import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { describeCertificate } from '../../../app/src/tls/certificate-info.js';
import { parseChain } from '../../../app/src/tls/pair.js';
import type { Inspected } from '../certs/inspect.js';
import { certificateName } from '../certs/layout.js';
import { assertChain } from '../certs/servable.js';
import type { WireResult } from '../certs/wire.js';
import { type Renewer, renewalOutlook } from '../renewal/outlook.js';
import type { CertificateReport } from '../stack/certificate-report.js';
import type { SiteFiles } from './site-script.js';

/**
 * What a report on a certificate says, of a host whose private key is not fetched.
 * @param wire what is served there; empty where that could not be asked
 */
export function siteCertificate(
  files: SiteFiles,
  settings: Settings,
  renewer: Renewer,
  wire: readonly WireResult[],
  now: Date,
): CertificateReport[] {
  if (settings.TLS === 'off' || !files.fullchain) return [];
  const name = certificateName(settings.DOMAIN);
  const file = `certs/live/${name}/fullchain.pem`;
  const faults: Inspected['faults'][number][] = [];
  const check = <T>(make: () => T): T | undefined => {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof HermesError)) throw error;
      faults.push({ code: error.code, cause: error.message, fix: error.hint });
      return undefined;
    }
  };
  const chain = check(() => parseChain(files.fullchain, file));
  const info = chain && describeCertificate(chain[0]);
  if (chain && info) {
    const roots = check(() => parseChain(files.chain, `certs/live/${name}/chain.pem`));
    check(() => assertChain({ chain, leaf: info }, { domains: settings.DOMAIN, roots, now, file }));
    check(() => assertKey(chain[0], files));
  }
  for (const [path, mode] of Object.entries(files.modes)) check(() => assertMode(path, mode));
  const record = check(() => JSON.parse(files.renewals || '{}')[name]);
  const outlook = info && renewalOutlook(info, record, renewer, now);
  const daysLeft = info && Math.floor((info.notAfter.getTime() - now.getTime()) / 86_400_000);
  return [
    {
      kind: 'live',
      name,
      path: file,
      faults,
      ...(info && { info }),
      ...(daysLeft !== undefined && { daysLeft }),
      ...(outlook && { outlook }),
      ...(wire.length > 0 && { wire }),
    },
  ];
}

function assertKey(leaf: X509Certificate, { publicKey }: SiteFiles): void {
  if (!publicKey) return;
  const theirs = createPublicKey(publicKey).export({ type: 'spki', format: 'der' });
  if (leaf.publicKey.export({ type: 'spki', format: 'der' }).equals(theirs)) return;
  throw new HermesError(
    'key-mismatch',
    'the private key on the host does not belong to the certificate beside it',
  );
}

/** The group of the containers may read the file that holds both; nobody but the owner the key alone. */
function assertMode(path: string, mode: string): void {
  const widest = path.endsWith('tls.pem') ? 0o640 : 0o600;
  if ((Number.parseInt(mode, 8) & 0o777 & ~widest) === 0) return;
  const fix = `on the host: chmod ${widest.toString(8)} ${path}`;
  throw new HermesError('key-exposed', `the private key in ${path} has mode ${mode.padStart(4, '0')}`, fix);
}
