import { existsSync, readFileSync } from 'node:fs';
import { isIP, isIPv6 } from 'node:net';
import type { Settings } from '../../../app/src/settings/table.js';
import { addressesOf, nameService } from '../acme/preflight/names.js';
import { isOfDates, shakeHands, type Target } from '../certs/handshake.js';
import { certificatePaths } from '../certs/layout.js';
import type { Project } from '../project.js';
import { checkClock } from './clock.js';
import { caught, type Findings, isSound, joined, note, right } from './findings.js';
import { at, readAttempt } from './read-attempt.js';
import { readHandshake } from './read-handshake.js';
import { checkTlsVersions } from './tls-versions.js';
import { tryUpgrade, type UpgradeTarget } from './upgrade.js';

/** Milliseconds for a TLS handshake. */
const patience = 5_000;

/**
 * Looks at a WebSocket from outside as its clients meet it: DNS, TCP, TLS, the upgrade, a ping. Any site will do, ours or
 * not. It trusts what Node trusts, and the local CA of this checkout.
 */
export async function lookFromOutside(project: Project, settings: Settings, url: URL): Promise<Findings> {
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const found: string[] = [];
  const dns = await caught(async () => {
    if (isIP(name)) found.push(name);
    else found.push(...(await addressesOf(name, nameService(settings.ACME_RESOLVER, false))));
    return right(`DNS: ${name} is at ${found.join(', ')}`);
  });
  if (!isSound(dns)) return dns;
  const secure = url.protocol === 'wss:';
  const port = Number(url.port || (secure ? 443 : 80));
  const ways = found.map((address) => {
    const where = `${name} at ${at({ address, port })}`;
    const base = { address, port, host: url.host, path: `${url.pathname}${url.search}` };
    const target = { ...base, token: settings.DOCTOR_TOKEN };
    const way = {
      url,
      name,
      where,
      target,
      token: target.token ?? url.searchParams.get('token') ?? undefined,
    };
    return secure ? overTls(project, way) : upgrade(way);
  });
  return joined([dns, ...(await Promise.all(ways))]);
}

/** To one address of the name. */
interface Way {
  readonly url: URL;
  readonly name: string;
  /** For messages. */
  readonly where: string;
  readonly target: UpgradeTarget;
  /** Sent as a header, or in the query of the URL. */
  readonly token: string | undefined;
}

/** What cannot be verified is not used: a token would go to whoever it is. */
async function overTls(project: Project, way: Way): Promise<Findings> {
  const { name, where } = way;
  const { address, port } = way.target;
  const site = { address, port, servername: name };
  const trust = await trusted(project, site, where);
  if (trust && !isSound(trust.findings)) return trust.findings;
  const servername = isIP(name) ? '' : name;
  const tls = { servername, ...(trust?.ca && { ca: trust.ca, allowPartialTrustChain: true }) };
  return joined([
    ...(trust ? [trust.findings, await checkTlsVersions(site, where)] : []),
    await upgrade({ ...way, target: { ...way.target, tls } }),
  ]);
}

async function upgrade({ url, where, target, token }: Way): Promise<Findings> {
  const attempt = await tryUpgrade(target);
  const { address, port, tls } = target;
  // This machine may have no IPv6 at all, which is no fault of the site.
  if (attempt.reached === 'nothing' && isIPv6(address) && /UNREACH|EADDRNOTAVAIL/.test(attempt.code))
    return note(`${where} was not looked at: this machine has no way to IPv6`);
  const read = readAttempt(attempt, { name: `to ${where}`, target: { address, port, tls, token } });
  if (attempt.reached !== 'http' && attempt.reached !== 'socket') return read;
  const page = new URL(url.pathname, url.href.replace(/^ws/, 'http'));
  const ca = tls?.ca === undefined ? undefined : String(tls.ca);
  return joined([read, await checkClock(page, { address, ca, now: () => new Date() })]);
}

/** Verified as a client of this machine would. The handshake fails where there is none: why, the attempt tells. */
async function trusted(project: Project, target: Target, where: string): Promise<Trusted | undefined> {
  const shake = (ca?: string) => shakeHands(target, ca, patience).catch(() => undefined);
  const shaken = await shake();
  if (!shaken) return undefined;
  const { caCert } = certificatePaths(project.root);
  const ca = shaken.refusal && existsSync(caCert) ? readFileSync(caCert, 'utf8') : undefined;
  const ours = ca && (await shake(ca));
  // Whoever is of another CA is judged by what Node trusts.
  if (!ours || (ours.refusal && !isOfOurCa(ours.refusal.code)))
    return { findings: readHandshake(shaken, where, new Date()) };
  const own = note(`${where} has a certificate of the local CA: clients have to trust certs/ca/ca.pem`);
  return { findings: joined([readHandshake(ours, where, new Date()), own]), ca };
}

interface Trusted {
  readonly findings: Findings;
  /** PEM to verify against; undefined for what Node trusts. */
  readonly ca?: string | undefined;
}

/** A refusal that leaves the issuer in no doubt. */
const isOfOurCa = (code: string) =>
  isOfDates({ code, reason: '' }) || code === 'ERR_TLS_CERT_ALTNAME_INVALID';
