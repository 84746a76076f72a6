import { HermesError } from '../../../../app/src/errors.js';

/** Milliseconds. A certificate is valid from an hour before it was issued; our limits count in hours. */
export const clockTolerance = 300_000;

/** @throws HermesError `clock-wrong` */
export function assertClock(theirs: Date | undefined, ours: Date): void {
  const ahead = theirs ? ours.getTime() - theirs.getTime() : 0;
  if (!theirs || Math.abs(ahead) <= clockTolerance) return;
  throw new HermesError(
    'clock-wrong',
    `the clock of this host is ${spanText(Math.abs(ahead))} ${ahead > 0 ? 'ahead' : 'behind'}: ${ours.toISOString()} here, ${theirs.toISOString()} at the CA`,
    'set it, and keep it right: timedatectl set-ntp true',
  );
}

/** Such as `12 min`. @param ms milliseconds */
export function spanText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1_440)} days`;
}
