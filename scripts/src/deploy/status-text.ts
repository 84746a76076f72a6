import { holderText } from './lock.js';
import type { Look } from './look.js';

/** How a host is that was deployed to. */
export function siteStatusText(look: Look): string {
  const { current, containers, certificates, journal, holder } = look;
  const width = Math.max(0, ...containers.map(({ name }) => name.length));
  return [
    current ? `${current} serves.` : 'Nothing was deployed there yet.',
    ...(holder ? [`A deploy is under way: ${holderText(holder)}.`] : []),
    ...(journal && !holder
      ? [`A ${journal.what} was killed at its step "${journal.step}"; the next deploy puts that in order.`]
      : []),
    '',
    ...containers.map(({ name, status }) => `  ${name.padEnd(width)}  ${status}`),
    ...certificates.map(({ subject, daysLeft }) => `  certificate  ${subject}: ${daysLeft} days left`),
    '',
  ].join('\n');
}

/** Whether it serves, and every container is well. */
export const isSiteWell = ({ current, containers }: Look): boolean =>
  current !== undefined &&
  containers.some(({ release }) => release === current) &&
  containers.every(({ state, status }) => state === 'running' && !/unhealthy/.test(status));
