import { hostname } from 'node:os';
import type { Condition, Severity } from './condition.js';
import type { Observation } from './observation.js';

/** What a webhook gets, as JSON. */
export interface Notice {
  readonly event: string;
  readonly severity: Severity;
  /** Of this machine. */
  readonly host: string;
  /** Of the certificate. */
  readonly name: string;
  readonly summary: string;
  readonly detail: string;
  /** Whole days, rounded down; null where there is no certificate. */
  readonly daysLeft: number | null;
  /** Share of the life, from 1 down to 0; null where there is no certificate. */
  readonly lifeLeft: number | null;
  /** ISO 8601 in UTC. */
  readonly at: string;
}

type Told = Pick<Condition, 'event' | 'severity' | 'summary' | 'detail'>;

export function noticeOf(
  { event, severity, summary, detail }: Told,
  { at, name, certificate, outlook }: Observation,
): Notice {
  const left = certificate && certificate.notAfter.getTime() - at.getTime();
  return {
    event,
    severity,
    host: hostname(),
    name,
    summary,
    detail,
    daysLeft: left === undefined ? null : Math.floor(left / 86_400_000),
    lifeLeft: outlook ? Number(outlook.lifeLeft.toFixed(4)) : null,
    at: at.toISOString(),
  };
}
