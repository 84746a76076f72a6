import { lookup, Resolver } from 'node:dns/promises';
import { HermesError } from '../../../../app/src/errors.js';

/** How names are looked up. */
export interface NameService {
  readonly resolver: Resolver;
  /** It answers for the DNS that the CA asks too: what it does not know, the CA does not know either. */
  readonly authoritative: boolean;
}

/**
 * @param server of ACME_RESOLVER; absent: the system’s
 * @param publicCa it sees the public DNS only, whereas a CA of one’s own may know the names of this host’s files
 */
export function nameService(server: string | undefined, publicCa: boolean): NameService {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  if (server) resolver.setServers([server]);
  return { resolver, authoritative: publicCa || server !== undefined };
}

/** Names that are this host itself, and that no DNS server is asked for (RFC 6761, section 6.3). */
export const isLoopbackName = (name: string) => /(^|\.)localhost$/.test(name);

/**
 * Every address of a name.
 * @throws HermesError `name-unknown`, `name-without-address`, `dns-failing`
 */
export async function addressesOf(
  name: string,
  { resolver, authoritative }: NameService,
): Promise<readonly string[]> {
  if (isLoopbackName(name)) return ['127.0.0.1'];
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (found.length > 0) return found;
  if (!authoritative) {
    const known = await lookup(name, { all: true }).catch(() => []);
    if (known.length > 0) return known.map(({ address }) => address);
  }
  const codes = answers.map((answer) => (answer.status === 'rejected' ? String(answer.reason.code) : ''));
  throw fault(name, codes);
}

/** `ENOTFOUND` is NXDOMAIN; `ENODATA`: the name is there, but not with such a record. */
const isSilence = (code: string) => code === 'ENOTFOUND' || code === 'ENODATA';

function fault(name: string, codes: readonly string[]): HermesError {
  const failed = codes.find((code) => !isSilence(code));
  if (failed !== undefined) return dnsFailing(name, failed);
  if (codes.includes('ENODATA')) {
    return new HermesError(
      'name-without-address',
      `${name} has no address in DNS: neither an A nor an AAAA record`,
      'add an A record (AAAA for IPv6) that leads to this host',
    );
  }
  return new HermesError(
    'name-unknown',
    `${name} is not in DNS (NXDOMAIN)`,
    'correct DOMAIN, or add the name to your zone; a new record takes a while to spread',
  );
}

export function dnsFailing(name: string, code: string): HermesError {
  return new HermesError(
    'dns-failing',
    `DNS does not answer for ${name} (${code})`,
    'check the name servers of the zone, DNSSEC included, and that this host reaches a DNS server; ACME_RESOLVER names another one',
  );
}
