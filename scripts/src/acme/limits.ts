import type { Settings } from '../../../app/src/settings/table.js';
import type { AcmeDirectory } from './directory.js';

/** At most so many in any span of so many milliseconds. */
export interface Limit {
  readonly most: number;
  readonly within: number;
}

/** What a CA bears from one account. */
export interface Limits {
  /** Validations of a name that fail. */
  readonly failures: Limit;
  /** Certificates for exactly the same names. */
  readonly sameNames: Limit;
  /** Certificates for names below one registered domain; renewals of the same names are free. */
  readonly registeredDomain: Limit;
  readonly orders: Limit;
}

const hour = 3_600_000;
const week = 168 * hour;

/**
 * Let’s Encrypt’s own numbers, but for failures, where one is left for a person who has mended the cause. The CA
 * refills them little by little, so that whoever keeps to these, in any span, is never above its own.
 * Sources: https://letsencrypt.org/docs/rate-limits/ (5 August 2026), where five failures an hour are allowed, and
 * https://letsencrypt.org/docs/staging-environment/ (25 November 2025).
 */
const letsEncrypt: Record<'production' | 'staging', Limits> = {
  production: {
    failures: { most: 4, within: hour },
    sameNames: { most: 5, within: week },
    registeredDomain: { most: 50, within: week },
    orders: { most: 300, within: 3 * hour },
  },
  staging: {
    failures: { most: 199, within: hour },
    sameNames: { most: 30_000, within: week },
    registeredDomain: { most: 30_000, within: week },
    orders: { most: 1_500, within: 3 * hour },
  },
};

/** Longest time that any of them looks back over, in milliseconds. */
export const longestSpan = week;

/** The limits to stop short of; undefined where the settings want none. */
export function limitsFor(
  { ACME_LIMITS: choice }: Pick<Settings, 'ACME_LIMITS'>,
  { letsencrypt }: AcmeDirectory,
): Limits | undefined {
  if (choice === 'none' || (choice === 'auto' && !letsencrypt)) return undefined;
  return letsEncrypt[letsencrypt ?? 'production'];
}
