import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { acmeDirectory } from '../acme/directory.js';
import { assertCaa } from '../acme/preflight/caa.js';
import { addressesOf, isLoopbackName, nameService } from '../acme/preflight/names.js';
import { reachChallenge } from '../acme/preflight/reach-challenge.js';
import { isValidatedByHttp } from '../stack/responder.js';
import { caught, type Findings, isSound, joined, note, right } from './findings.js';

/** By which Let’s Encrypt calls itself in CAA records: https://letsencrypt.org/docs/caa/. Another CA is not asked. */
const letsEncrypt = 'letsencrypt.org';

/** Addresses of this host, as it knows them itself. */
export const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? []);

/**
 * What the names of a site lead to, and whether its CA may issue for them. No CA is asked for anything.
 * @param own addresses of its host
 */
export async function checkNames(settings: Settings, own: readonly string[]): Promise<Findings> {
  const names = settings.DOMAIN.filter((name) => isIP(name) === 0 && !isLoopbackName(name));
  if (names.length === 0) return joined([]);
  const ofLetsEncrypt = acmeDirectory(settings).letsencrypt !== undefined;
  const service = nameService(settings.ACME_RESOLVER, settings.TLS === 'letsencrypt' && ofLetsEncrypt);
  const plain = names.filter((name) => !name.startsWith('*.'));
  const found = await Promise.all(plain.map((name) => caught(() => where(name, service, own))));
  const dns = joined(found);
  if (settings.TLS !== 'letsencrypt' || !isSound(dns)) return dns;
  const issuer = { identities: [letsEncrypt], method: settings.ACME_CHALLENGE };
  const caa = ofLetsEncrypt
    ? names.map((name) =>
        caught(async () => {
          await assertCaa(name, issuer, service);
          return right(`CAA of ${name}: ${letsEncrypt} may issue`);
        }),
      )
    : [note('CAA records: only the CA itself tells by which name it looks for them, and it is not asked')];
  return joined([dns, ...(await Promise.all(caa)), await caught(() => checkChallengePath(settings, plain))]);
}

async function where(
  name: string,
  service: ReturnType<typeof nameService>,
  own: readonly string[],
): Promise<Findings> {
  const addresses = await addressesOf(name, service);
  const elsewhere = addresses.filter((address) => !own.includes(address));
  return joined([
    right(`DNS: ${name} is at ${addresses.join(', ')}`),
    ...(elsewhere.length > 0
      ? [
          note(
            `${name} leads to ${elsewhere.join(', ')}, no address that the host itself knows; right behind a router or a load balancer`,
          ),
        ]
      : []),
  ]);
}

/**
 * Whether a CA would reach the path of a challenge. Nothing is put there, so a refusal by whoever answers is what is
 * expected; the preflight of a renewal tells whether that is us.
 */
export async function checkChallengePath(settings: Settings, names: readonly string[]): Promise<Findings> {
  if (!isValidatedByHttp(settings)) return joined([]);
  const { HTTP_PORT, HTTPS_PORT } = settings;
  const ofLetsEncrypt = acmeDirectory(settings).letsencrypt !== undefined;
  const service = nameService(settings.ACME_RESOLVER, ofLetsEncrypt);
  const port = ofLetsEncrypt ? 80 : HTTP_PORT;
  const redirectPorts = ofLetsEncrypt ? [80, 443] : [80, 443, HTTP_PORT, HTTPS_PORT];
  const proof = { path: '/.well-known/acme-challenge/hermes-doctor', content: 'nothing has this content' };
  const reached = right(`Port ${port}: reached at every address of every name`);
  try {
    await reachChallenge(names, proof, { port, redirectPorts, names: service, patience: 5_000 });
    return reached;
  } catch (error) {
    if (error instanceof HermesError && ['challenge-wrong', 'name-elsewhere'].includes(error.code))
      return reached;
    throw error;
  }
}
