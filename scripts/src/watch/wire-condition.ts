import type { WireFault, WireResult } from '../certs/wire.js';
import type { Condition } from './condition.js';
import type { Observation } from './observation.js';

/** Milliseconds after which a swap, a reload or a restart of the stack is over. */
const settle = 90_000;

/** Holds while what is served is not what is on disk. Dates are no matter of the wire: see `lifeCondition`. */
export function wireCondition({ name, wire, unreadable }: Observation): Condition | undefined {
  const differing = causesOf(wire, 'wire-differs', 'wire-unverified');
  const silent = causesOf(wire, 'wire-unreachable');
  const [event, summary, detail] = unreadable
    ? ['certificate-unreadable', `the certificate of ${name} on disk cannot be read`, unreadable]
    : differing
      ? ['wire-differs', `what is served for ${name} is not the certificate on disk`, differing]
      : ['not-served', `the certificate of ${name} is not served`, silent];
  return detail ? { subject: 'wire', event, severity: 'critical', summary, detail, settle } : undefined;
}

function causesOf(wire: readonly WireResult[], ...faults: WireFault[]): string {
  return wire.flatMap((one) => (!one.matches && faults.includes(one.fault) ? one.cause : [])).join('; ');
}
