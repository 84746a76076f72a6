import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { HermesError, messageOf } from '../../../../app/src/errors.js';
import type { Proof } from './challenge-path.js';
import { type HttpAnswer, httpGet } from './http-get.js';
import { addressesOf, type NameService } from './names.js';

/** How a CA comes to a host. */
export interface Approach {
  /** Port of its first request. */
  readonly port: number;
  /** Ports that it follows a redirect to. */
  readonly redirectPorts: readonly number[];
  readonly names: NameService;
  /** Milliseconds for each request; Let’s Encrypt waits for ten seconds. */
  readonly patience?: number;
}

/** As many as Let’s Encrypt follows: https://letsencrypt.org/docs/challenge-types/. */
const mostRedirects = 10;

/** One address of a name, as it is approached. */
interface Target {
  readonly name: string;
  readonly address: string;
}

/**
 * Fetches the proof as the CA would fetch the answer to its challenge, at every address of every name.
 * @throws HermesError `challenge-unreachable`, `challenge-wrong`, `challenge-redirect`, `name-elsewhere`, and those of
 * `addressesOf`
 */
export async function reachChallenge(
  domains: readonly string[],
  proof: Proof,
  approach: Approach,
): Promise<void> {
  const targets = await Promise.all(
    domains.map(async (name) =>
      (await addressesOf(name, approach.names)).map((address): Target => ({ name, address })),
    ),
  );
  const results = await Promise.allSettled(targets.flat().map((target) => reach(target, proof, approach)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

async function reach(target: Target, proof: Proof, approach: Approach): Promise<void> {
  const first = new URL(`http://${target.name}:${approach.port}${proof.path}`);
  let url = first;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const where =
      url.hostname === first.hostname ? target.address : (await addressesOf(url.hostname, approach.names))[0];
    const answer = await ask(url, where, target, approach);
    const next = redirectOf(answer, url);
    if (!next) return assertProof(answer, url, target, proof);
    assertAllowed(next, url, approach);
    url = next;
  }
  throw redirect(first, `is redirected more than ${mostRedirects} times`);
}

async function ask(
  url: URL,
  address: string | undefined,
  target: Target,
  { patience = 10_000 }: Approach,
): Promise<HttpAnswer> {
  try {
    // A CA does not verify where a redirect leads: there may be no certificate yet.
    return await httpGet({ url, patience, verify: false, ...(address && { address }) });
  } catch (error) {
    throw unreachable(url, address ?? target.address, error, patience);
  }
}

function redirectOf({ status, headers: { location } }: HttpAnswer, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || !location) return undefined;
  if (URL.canParse(location, from.href)) return new URL(location, from.href);
  throw redirect(from, `is redirected to ${location}, which is no URL`);
}

function assertAllowed(next: URL, from: URL, { redirectPorts }: Approach): void {
  const port = Number(next.port || (next.protocol === 'https:' ? 443 : 80));
  const isAddress = next.hostname.startsWith('[') || /^[\d.]+$/.test(next.hostname);
  if (/^https?:$/.test(next.protocol) && redirectPorts.includes(port) && !isAddress) return;
  throw redirect(from, `is redirected to ${next.origin}, where the CA does not follow`);
}

function redirect({ href }: URL, what: string): HermesError {
  return new HermesError(
    'challenge-redirect',
    `the path of the challenge ${what} (${href})`,
    'let port 80 answer /.well-known/acme-challenge/ itself, or redirect to a name on port 80 or 443',
  );
}

function assertProof({ status, body }: HttpAnswer, url: URL, { name, address }: Target, proof: Proof): void {
  if (status === 200 && body.trim() === proof.content) return;
  const answer = status === 200 ? 'another content' : `status ${status}`;
  if (isOurs(address)) {
    throw new HermesError(
      'challenge-wrong',
      `${url.origin} at ${address} answers the challenge with ${answer}, not with our file`,
      `see who listens on port ${url.port || 80} of this host: it has to be the proxy of this stack`,
    );
  }
  throw new HermesError(
    'name-elsewhere',
    `${name} leads to ${address}, where another server answers (${answer})`,
    `let the DNS of ${name} lead to this host; behind a router, forward port 80 to it; for a name behind a CDN use dns-01`,
  );
}

function unreachable(url: URL, address: string, cause: unknown, patience: number): HermesError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  const to = `${url.hostname} at ${isIPv6(address) ? `[${address}]` : address}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`;
  const because = (reason: string, hint: string) =>
    new HermesError('challenge-unreachable', `the challenge cannot be fetched from ${to}: ${reason}`, hint, {
      cause,
    });
  if (code === 'ECONNREFUSED') {
    return because(
      'nobody listens there',
      'start the proxy with `make up`, and let port 80 of the name lead to it',
    );
  }
  if (isIPv6(address) && /^(ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL)$/.test(code)) {
    return because(
      'this host has no IPv6',
      'the CA prefers IPv6 where a name has it: take the AAAA record away, or give this host its address',
    );
  }
  if ((cause as Error).name === 'AbortError' || /TIMEDOUT|UNREACH/.test(code)) {
    return because(
      `no answer in ${patience / 1_000} s`,
      'open the port in the firewall; many routers do not let a host reach its own public address: if that is so here, set ACME_PREFLIGHT=false',
    );
  }
  return because(messageOf(cause), 'let the proxy of this stack answer on port 80 of the name');
}

/** Whether an address belongs to this host; behind a router or a load balancer none of the public ones does. */
function isOurs(address: string): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some((own) => own.address === address));
}
