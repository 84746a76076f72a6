import { clockTolerance, spanText } from '../acme/preflight/clock.js';
import { httpGet } from '../acme/preflight/http-get.js';
import { type Findings, fault, joined, note, right } from './findings.js';

export interface ClockOptions {
  /** Where to connect to. */
  readonly address: string;
  /** Absent: that of the page. */
  readonly port?: number;
  /** PEM of what to trust besides what Node does. */
  readonly ca?: string | undefined;
  readonly now: () => Date;
}

/** Milliseconds for an answer. */
const patience = 5_000;

/** Compares the clock here with the `Date` of an answer (RFC 9110, section 6.6.1), whatever else it says. */
export async function checkClock(page: URL, { address, port, ca, now }: ClockOptions): Promise<Findings> {
  try {
    const { headers } = await httpGet({ url: page, address, patience, ca, ...(port && { port }) });
    return headers.date
      ? readClock(new Date(headers.date), now())
      : note('the server tells no time in its answers');
  } catch {
    // Why nobody answers is told elsewhere.
    return joined([]);
  }
}

export function readClock(theirs: Date, ours: Date): Findings {
  const ahead = ours.getTime() - theirs.getTime();
  if (Math.abs(ahead) <= clockTolerance) return right('Clock: as the server’s');
  return fault(
    'CLOCK_WRONG',
    `the clock of this machine is ${spanText(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} the server’s: ${ours.toISOString()} here, ${theirs.toISOString()} there`,
  );
}
