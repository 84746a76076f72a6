import { isDue } from '../certs/renewal.js';

/*
 * When to look next whether a certificate is due. A look is cheap: it asks the CA for its renewal window (ARI), and
 * orders only what is due.
 */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** What is known after a look. */
export interface Situation {
  readonly now: Date;
  /** In use; undefined where there is none yet. */
  readonly certificate: { readonly notBefore: Date; readonly notAfter: Date } | undefined;
  /** Looks in a row that failed. */
  readonly failures: number;
  /** Undefined: never. */
  readonly lastLook: Date | undefined;
  /** Before this the ledger allows no order. */
  readonly notBeforeTry?: Date | undefined;
  /** From 0 to 1: hosts that were set up together must not come to the CA together. */
  readonly random?: () => number;
}

/** Source: “Retrying failures” in https://letsencrypt.org/docs/integration-guide/ has the first retry after a minute. */
const firstRetry = minute;
/** The same whatever is at stake: four an hour is what the ledger allows. */
const shortestCap = 15 * minute;
/** Without a certificate nothing is served, so that whoever mends the cause should not wait for long. */
const capWithoutCertificate = hour;
/**
 * Failures in a row after which a day passes between two tries, as that guide has it. Let’s Encrypt pauses an account
 * for a name after 1,152 and forgives one a day: https://letsencrypt.org/docs/rate-limits/.
 */
const hopeless = 300;

/** A time that has passed means: now. */
export function nextLook(situation: Situation): Date {
  const { now, lastLook, failures, notBeforeTry, certificate, random = Math.random } = situation;
  if (!lastLook) return now;
  const wait =
    failures > 0 ? retryWait(situation) : (certificate ? routine(certificate) : 0) * (0.75 + random() / 4);
  // A clock that was set back leaves a last look in the future.
  const planned = new Date(Math.min(lastLook.getTime(), now.getTime()) + wait);
  const willTry = failures > 0 || !certificate || isDue(certificate, planned);
  if (!willTry || !notBeforeTry || notBeforeTry <= planned) return planned;
  return new Date(notBeforeTry.getTime() + random() * minute);
}

/** Longest wait that `nextLook` plans: the longest limit of a CA is a week. */
const longestWait = 7 * day + hour;

/**
 * Right also after the clock was set: forwards, the time has come; back, the last look lies ahead, and what was
 * planned from it means nothing.
 */
export function isLookDue(now: Date, next: Date | undefined, lastLook: Date | undefined): boolean {
  if (!next || !lastLook || now < lastLook) return true;
  return now >= next || next.getTime() - now.getTime() > longestWait;
}

/**
 * Milliseconds. Let’s Encrypt asks for a look at the renewal window twice a day or more, and a short life has less
 * time to spare.
 */
function routine({ notBefore, notAfter }: NonNullable<Situation['certificate']>): number {
  const life = notAfter.getTime() - notBefore.getTime();
  return Math.min(12 * hour, Math.max(hour, life / 32));
}

/** Doubles with each failure, up to a cap that falls with the time that is left. */
function retryWait({ now, certificate, failures, random = Math.random }: Situation): number {
  if (failures > hopeless) return day;
  const wait = firstRetry * 2 ** Math.min(failures - 1, 16) * (1 + random() / 2);
  if (!certificate) return Math.min(wait, capWithoutCertificate);
  const left = certificate.notAfter.getTime() - now.getTime();
  return Math.min(wait, routine(certificate), Math.max(shortestCap, left / 24));
}
