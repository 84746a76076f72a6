import type { WireResult } from '../certs/wire.js';
import type { Condition } from './condition.js';
import type { Observation } from './observation.js';

/** Shares of the life, the least first. A third left is as it should be where a renewal is in sight. */
const shares = [
  { below: 1 / 10, event: 'life-below-tenth', severity: 'critical', share: 'a tenth' },
  { below: 1 / 5, event: 'life-below-fifth', severity: 'warning', share: 'a fifth' },
] as const;

/** Holds while the life runs out, and changes with each share that is crossed. */
export function lifeCondition({ at, name, certificate, outlook, wire }: Observation): Condition | undefined {
  if (!certificate || !outlook) return undefined;
  const { notBefore, notAfter } = certificate;
  const life = (event: string, severity: Condition['severity'], summary: string, detail: string) =>
    ({ subject: 'life', event, severity, summary, detail }) as const;
  if (at < notBefore) {
    const detail = `it is valid from ${notBefore.toISOString()} on, by the clock of this host`;
    return life('not-valid-yet', 'critical', `the certificate of ${name} is not valid yet`, detail);
  }
  const outOfDate = outOfDateOf(wire);
  if (at >= notAfter || outOfDate) {
    const detail = outOfDate ?? `it expired at ${notAfter.toISOString()}`;
    return life('expired', 'critical', `the certificate of ${name} has expired`, detail);
  }
  const soon = `it expires at ${notAfter.toISOString()}`;
  const crossed = shares.find(({ below }) => outlook.lifeLeft < below);
  if (crossed) {
    const renewal = outlook.obstacle
      ? `no renewal is in sight: ${outlook.obstacle.cause}`
      : 'a renewal is in sight';
    const summary = `less than ${crossed.share} of the life of the certificate of ${name} is left`;
    return life(crossed.event, crossed.severity, summary, `${soon}; ${renewal}`);
  }
  if (!outlook.worry) return undefined;
  const summary = `less than a third of the life of the certificate of ${name} is left, and no renewal is in sight`;
  return life('life-below-third', 'warning', summary, `${soon}; ${outlook.obstacle?.cause}`);
}

function outOfDateOf(wire: readonly WireResult[]): string | undefined {
  const found = wire.find((one) => !one.matches && one.fault === 'wire-dates');
  return found && !found.matches ? found.cause : undefined;
}
