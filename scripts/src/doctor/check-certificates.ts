import type { Settings } from '../../../app/src/settings/table.js';
import { certificateName } from '../certs/layout.js';
import type { CertificateReport } from '../stack/certificate-report.js';
import type { FaultCode } from './faults.js';
import { codeOf, type Findings, fault, isSound, joined, note, right } from './findings.js';

/** What mends a certificate that the kit itself obtains. */
const kitFixes: Partial<Record<FaultCode, string>> = {
  CERT_EXPIRED: 'make renew',
  NAMES_MISSING: 'make up',
  PAIR_WEAK: 'make renew NEW_KEY=1',
  CERT_NOT_YET_VALID: 'make renew FORCE=1',
  CERT_PURPOSE: 'make renew FORCE=1',
  CERT_UNREADABLE: 'make renew FORCE=1',
  CHAIN_INCOMPLETE: 'make renew FORCE=1',
  CHAIN_ORDER: 'make renew FORCE=1',
  KEY_MISMATCH: 'make renew FORCE=1',
  KEY_MISSING: 'make renew FORCE=1',
  KEY_UNREADABLE: 'make renew FORCE=1',
  SET_INCONSISTENT: 'make renew FORCE=1',
};

/** Certificates on disk and on the wire, and what is to be expected of their renewal. */
export function checkCertificates(reports: readonly CertificateReport[], settings: Settings): Findings {
  if (settings.TLS === 'off') return note('TLS=off: there is no certificate to look at');
  const name = certificateName(settings.DOMAIN);
  const inUse = reports.find((one) => one.kind === 'live' && one.name === name);
  const ca = settings.TLS === 'selfsigned' ? reports.find(({ kind }) => kind === 'ca') : undefined;
  const others = reports.filter(
    (one) => one !== inUse && one !== ca && onDisk(one, settings).faults.length > 0,
  );
  return joined([
    inUse
      ? ofOne(inUse, settings)
      : fault('CERT_MISSING', `no certificate of ${name} is installed in certs/live`),
    ...(ca ? [onDisk(ca, settings)] : []),
    note(
      ...others.map((one) => `${one.path}, which is not in use: ${onDisk(one, settings).faults[0]?.cause}`),
    ),
  ]);
}

function ofOne(one: CertificateReport, settings: Settings): Findings {
  const disk = onDisk(one, settings);
  const { info, daysLeft, name } = one;
  const well =
    info && isSound(disk) && `Certificate of ${name}: ${info.names.join(', ')}; ${daysLeft} days left`;
  return joined([disk, ...(well ? [right(well)] : []), isSound(disk) ? onWire(one) : joined([])]);
}

function onDisk({ faults, kind }: CertificateReport, { TLS }: Settings): Findings {
  const found = faults.map(({ code, cause, fix }) => {
    const known = codeOf(code);
    // Those of the renewal are told beside what else is known of it.
    if (known?.startsWith('RENEWAL_')) return joined([]);
    const ours = kind === 'live' && TLS !== 'files';
    return fault(known ?? 'CERT_REFUSED', cause, (ours && known && kitFixes[known]) || fix);
  });
  const kinds = new Set(faults.map(({ code }) => code));
  // Two halves of different certificates differ from the file that holds both, which says no more.
  return joined(found.filter(({ faults: [one] }) => !(one?.code === 'SET_INCONSISTENT' && kinds.size > 1)));
}

/** Who cannot be reached is told by the handshake that is tried there, and dates are those of the disk. */
function onWire({ wire = [] }: CertificateReport): Findings {
  const wrong = wire.flatMap((one) => {
    if (one.matches) return [];
    if (one.fault === 'wire-differs') return [fault('WIRE_DIFFERS', one.cause)];
    return one.fault === 'wire-unverified' ? [fault('WIRE_UNVERIFIED', one.cause)] : [];
  });
  if (wrong.length > 0) return joined(wrong);
  const well = wire.length > 0 && wire.every(({ matches }) => matches);
  return well ? right('Certificate served: the one on disk, at each address and for each name') : joined([]);
}

/** Who renews, and whether that goes well, however much life is left. */
export function checkRenewal(reports: readonly CertificateReport[], settings: Settings): Findings {
  const outlook = reports.find(({ outlook }) => outlook)?.outlook;
  if (settings.TLS === 'off' || !outlook) return joined([]);
  const { obstacle, worry, record } = outlook;
  const found = settings.TLS === 'files' ? worry : (worry ?? obstacle);
  if (!found) {
    const next = record.nextLook ? `next look ${record.nextLook}` : 'no look is planned yet';
    return right(`Renewal: ${settings.TLS === 'files' ? 'yours, and not due' : next}`);
  }
  return fault(codeOf(found.code) ?? 'RENEWAL_FAILING', found.cause, found.fix);
}
