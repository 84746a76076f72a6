import type { Settings } from '../../../app/src/settings/table.js';
import type { Responder } from './certbot-arguments.js';
import type { AcmeDirectory } from './directory.js';
import { assertExternalAccount, assertProfile } from './preflight/account-checks.js';
import { askDirectory } from './preflight/ask-directory.js';
import { assertCaa } from './preflight/caa.js';
import { withProof } from './preflight/challenge-path.js';
import { assertClock } from './preflight/clock.js';
import { assertCredentials } from './preflight/dns-plugin.js';
import { nameService } from './preflight/names.js';
import { reachChallenge } from './preflight/reach-challenge.js';
import { assertNoWildcard } from './preflight/wildcard.js';

export interface Preflight {
  readonly settings: Settings;
  readonly directory: AcmeDirectory;
  /** Undefined where nothing can be tried out beforehand. */
  readonly responder: Responder | undefined;
  /** There is an account and a certificate already: a profile that the CA has dropped must not end the renewals. */
  readonly renewal?: boolean;
  readonly now?: Date;
  /** Milliseconds that each address of a name has to answer. */
  readonly patience?: number;
}

/** What is worth telling of a CA that may be asked. */
export interface Cleared {
  /** URL of the terms that asking agrees to. */
  readonly termsOfService: string | undefined;
}

/**
 * Finds what would fail before the CA is asked, which counts failures. Nothing is changed.
 * @throws HermesError `wildcard-needs-dns`, and those of the checks in preflight/
 */
export async function preflight(options: Preflight): Promise<Cleared> {
  const { settings, directory, responder, renewal = false, now } = options;
  if (responder?.kind === 'dns') await assertCredentials(responder.credentials);
  else assertNoWildcard(settings);
  const { meta, time } = await askDirectory(directory, settings.ACME_CA_BUNDLE);
  if (!renewal) {
    // A renewal may well succeed with a clock that is wrong; the certificate must not run out over it.
    assertClock(time, now ?? new Date());
    assertExternalAccount(settings, meta);
    assertProfile(settings, meta);
  }
  const names = nameService(settings.ACME_RESOLVER, directory.letsencrypt !== undefined);
  const issuer = { identities: meta.caaIdentities ?? [], method: settings.ACME_CHALLENGE };
  if (responder && responder.kind !== 'dns') {
    const approach = { ...portsOf(settings, directory), names, ...patienceOf(options) };
    await withProof(responder, (proof) => reachChallenge(settings.DOMAIN, proof, approach));
  }
  await Promise.all(settings.DOMAIN.map((name) => assertCaa(name, issuer, names)));
  return { termsOfService: meta.termsOfService };
}

const patienceOf = ({ patience }: Preflight) => (patience === undefined ? {} : { patience });

/** The world’s CAs come to port 80 (RFC 8555, section 8.3); one of your own may be told another. */
function portsOf({ HTTP_PORT, HTTPS_PORT }: Settings, { letsencrypt }: AcmeDirectory) {
  return letsencrypt
    ? { port: 80, redirectPorts: [80, 443] }
    : { port: HTTP_PORT, redirectPorts: [80, 443, HTTP_PORT, HTTPS_PORT] };
}
