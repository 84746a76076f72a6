import type { CertificateInfo } from '../../../app/src/tls/certificate-info.js';
import type { Fault } from '../certs/inspect.js';
import type { RenewalRecord } from './record.js';

/** Who brings a new certificate: the stack's own renewal, or the operator, who has it from elsewhere. */
export interface Renewer {
  readonly by: 'stack' | 'operator';
  /** Since when the stack's renewal runs; absent: it does not. */
  readonly runningSince?: Date;
  /** Whether the stack takes over by itself what the operator brings; containers see none of his files. */
  readonly takesOver?: boolean;
}

export interface Outlook {
  /** Share of the life that is left: 1 for a new certificate, 0 for an expired one. */
  readonly lifeLeft: number;
  readonly record: RenewalRecord;
  /** Why no renewal is in sight; absent when one is. */
  readonly obstacle?: Fault;
  /** The obstacle, where little life is left: what an operator must act upon. */
  readonly worry?: Fault;
}

type Validity = Pick<CertificateInfo, 'notBefore' | 'notAfter'>;

/** Below this share of the life, a certificate should long have been renewed: see `renewalTime`. */
const safeShare = 1 / 3;
/** Milliseconds that a look may be late: one that waits for DNS to spread, and tries again, takes more than an hour. */
const grace = 2 * 3_600_000;

/**
 * What is to be expected of a certificate. A renewal is in sight when all of this holds:
 * - the stack renews it by itself, which it cannot with `TLS=files`;
 * - its renewal runs;
 * - its last look did not fail;
 * - a look came no more than two hours later than planned; without any on record, the renewal has run for no longer.
 *
 * Without a renewal in sight, less than a third of the life left is a worry.
 */
export function renewalOutlook(
  validity: Validity,
  record: RenewalRecord | undefined,
  renewer: Renewer,
  now: Date,
): Outlook {
  const lifeLeft = lifeLeftOf(validity, now);
  const known = record ?? { failures: 0 };
  const obstacle = obstacleOf(known, renewer, now);
  const share = `${Math.floor(lifeLeft * 100)} % of its life is left and no renewal is in sight`;
  const worry = lifeLeft < safeShare && obstacle && { ...obstacle, cause: `${share}: ${obstacle.cause}` };
  return { lifeLeft, record: known, ...(obstacle && { obstacle }), ...(worry && { worry }) };
}

/** From 1 down to 0, whatever the clock says. */
export function lifeLeftOf({ notBefore, notAfter }: Validity, now: Date): number {
  const share = (notAfter.getTime() - now.getTime()) / (notAfter.getTime() - notBefore.getTime());
  return Math.min(1, Math.max(0, share));
}

function obstacleOf(
  record: RenewalRecord,
  { by, runningSince, takesOver }: Renewer,
  now: Date,
): Fault | undefined {
  const { failures, fault, lastLook, nextLook } = record;
  if (by === 'operator') {
    return {
      code: 'renewal-yours',
      cause: 'with TLS=files only you can bring a new certificate',
      fix: takesOver
        ? 'put it where SSL_CERTFILE and SSL_KEYFILE point; the stack takes it over within a minute, `make renew` at once'
        : 'put it where SSL_CERTFILE and SSL_KEYFILE point, then: make renew',
    };
  }
  if (!runningSince) {
    return {
      code: 'renewal-not-running',
      cause: 'the renewal of the stack does not run',
      fix: '`make up` starts it; `make renew` renews at once',
    };
  }
  if (failures > 0) {
    const times = failures === 1 ? 'the last look' : `each of the last ${failures} looks`;
    return {
      code: 'renewal-failing',
      cause: `${times} failed${fault ? `: ${fault.message}` : ''}`,
      fix: 'correct that, then: make renew; `make logs` tells more',
    };
  }
  const expected = nextLook ? new Date(nextLook) : runningSince;
  if (now.getTime() <= expected.getTime() + grace) return undefined;
  const last = lastLook ? `the last look was at ${lastLook}` : 'there was no look yet';
  return {
    code: 'renewal-overdue',
    cause: `${last}, and one was to come at ${expected.toISOString()}`,
    fix: '`make logs` tells why; `make renew` renews at once',
  };
}
