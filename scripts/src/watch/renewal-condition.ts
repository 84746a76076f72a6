import type { Condition } from './condition.js';
import type { Observation } from './observation.js';

/** Holds from a failed look for a renewal until the next good one. */
export function renewalCondition({ name, record }: Observation): Condition | undefined {
  const { failures, fault, nextLook } = record;
  if (failures === 0) return undefined;
  const next = nextLook ? `; next look at ${nextLook}` : '';
  return {
    subject: 'renewal',
    event: 'renewal-failed',
    severity: 'warning',
    summary: `the certificate of ${name} could not be renewed`,
    detail: `${fault?.message ?? 'no reason is on record'} (failures in a row: ${failures})${next}`,
  };
}
