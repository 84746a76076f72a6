import { HermesError } from '../../../app/src/errors.js';
import { loadSettings } from '../../../app/src/settings/load.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { describeCertificate } from '../../../app/src/tls/certificate-info.js';
import { parseChain } from '../../../app/src/tls/pair.js';
import { certificateName } from '../certs/layout.js';
import { checkWire, type WireResult } from '../certs/wire.js';
import { type Look, settingsAt } from '../deploy/look.js';
import { withSite } from '../deploy/with-site.js';
import type { Remote } from '../remote/remote.js';
import type { Renewer } from '../renewal/outlook.js';
import { endpointOf } from '../stack/endpoint.js';
import { checkCertificates, checkRenewal } from './check-certificates.js';
import { checkHops, doctorToken, type Ways } from './check-hops.js';
import { checkNginx } from './check-limits.js';
import { checkNames } from './check-names.js';
import { checkSite, checkSiteContainers } from './check-site.js';
import { siteCertificate } from './check-site-certificate.js';
import { caught, codeOf, type Findings, faultOf, isSound, joined } from './findings.js';
import { fixThere } from './site-fix.js';
import { readSite, type SiteFiles, siteScript } from './site-script.js';
import { type OpenWays, withWays } from './site-ways.js';

/** Looks at a host that was deployed to, by ssh. No private key leaves it, and nothing is changed there. */
export async function lookAtSite(host: string): Promise<Findings> {
  try {
    return await withSite(host, (look, remote) => lookAround(look, remote));
  } catch (error) {
    // A slip in HOST is no fault of the host.
    if (error instanceof HermesError && codeOf(error.code)) return faultOf(error);
    throw error;
  }
}

async function lookAround(look: Look, remote: Remote): Promise<Findings> {
  const host = await caught(() => checkSite(look, settingsAt(look, {})));
  const release = look.releases.find(({ id }) => id === look.current);
  if (!release) return host;
  const text = await remote.text(siteScript(look.root, certificateName([release.domain]), release.id));
  const files = readSite(text);
  const site = joined([host, checkSiteContainers(look, release.project, files.health)]);
  const more = await caught(async () => {
    const environment = { ...files.settings, ENGINE: 'docker' };
    const { settings } = loadSettings({ environment, folder: '/nonexistent' });
    return withWays(remote, settings, files, (open) =>
      lookAtRelease(look, files, settings, open, isServing(site)),
    );
  });
  const all = joined([site, more]);
  return {
    ...all,
    faults: all.faults.map((one) => ({ ...one, fix: fixThere(one.fix, remote.host, release) })),
  };
}

async function lookAtRelease(
  look: Look,
  files: SiteFiles,
  settings: Settings,
  open: OpenWays,
  serving: boolean,
): Promise<Findings> {
  const { tls, host, pageUrl } = endpointOf(settings);
  const { front, straight } = open;
  const wire = tls && serving && front ? await servedAt(front, files, settings) : [];
  const reports = siteCertificate(files, settings, renewerOf(look, settings), wire, new Date());
  const certificate = checkCertificates(reports, settings);
  const trust = { servername: host, ca: files.chain, allowPartialTrustChain: true };
  const ways: Ways = {
    pageUrl,
    token: doctorToken(settings),
    straight,
    ...(front && (!tls || isSound(certificate)) && { front: { ...front, ...(tls && { tls: trust }) } }),
  };
  return joined([
    certificate,
    checkRenewal(reports, settings),
    checkNginx(files.nginx, settings),
    await caught(() => checkNames(settings, look.addresses)),
    ...(serving ? [open.closed, await caught(() => checkHops(ways))] : []),
  ]);
}

/** What is unwell there explains what else fails; the rest does not keep it from serving. */
const isServing = ({ faults }: Findings) => faults.every(({ code }) => code !== 'CONTAINER_UNWELL');

/** A certificate that cannot be read is told as such. */
async function servedAt(
  { addresses, port }: Pick<NonNullable<Ways['front']>, 'addresses' | 'port'>,
  { fullchain, chain: ca }: SiteFiles,
  { DOMAIN }: Settings,
): Promise<WireResult[]> {
  try {
    const chain = parseChain(fullchain, 'fullchain.pem');
    const prints = chain.map(({ fingerprint256 }) => fingerprint256);
    const expected = { ...describeCertificate(chain[0]), chain: prints };
    return await checkWire({ hosts: addresses, port, servernames: DOMAIN, expected, ca });
  } catch {
    return [];
  }
}

/** By its container; how long that runs is not asked. */
function renewerOf({ containers }: Look, { TLS }: Settings): Renewer {
  if (TLS === 'files') return { by: 'operator', takesOver: false };
  const runs = containers.some(
    ({ name, state }) => /-(renewal|certbot)-\d+$/.test(name) && state === 'running',
  );
  return { by: 'stack', ...(runs && { runningSince: new Date() }) };
}
