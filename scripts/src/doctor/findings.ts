import { HermesError, messageOf } from '../../../app/src/errors.js';
import { type FaultCode, faults, isFaultCode } from './faults.js';

/** One thing that is wrong. */
export interface Finding {
  /** Stable: programs may rely on it. */
  readonly code: FaultCode;
  /** What was seen, with numbers. */
  readonly cause: string;
  /** The next command. */
  readonly fix: string;
}

/** What a group of checks has to say. */
export interface Findings {
  readonly faults: readonly Finding[];
  /** What is as it has to be, a line each. */
  readonly right: readonly string[];
  /** What is no fault, and worth knowing; or what could not be looked at. */
  readonly notes: readonly string[];
}

const none: Findings = { faults: [], right: [], notes: [] };

export const right = (line: string): Findings => ({ ...none, right: [printable(line)] });
export const note = (...notes: readonly string[]): Findings => ({ ...none, notes: notes.map(printable) });

/** @param fix absent or empty: that of the table */
export const fault = (code: FaultCode, cause: string, fix = ''): Findings => ({
  ...none,
  faults: [{ code, cause: printable(cause), fix: printable(fix || faults[code].fix) }],
});

/** Servers of others have a say in these texts: nothing of it may drive a terminal. */
const printable = (text: string) => text.replace(/[^\P{Cc}\n]/gu, '');

/** All of them, in this order. The same fault is told once. */
export function joined(parts: readonly Findings[]): Findings {
  const all = parts.flatMap((part) => part.faults);
  return {
    faults: all.filter(
      ({ code, cause }, index) =>
        all.findIndex((other) => other.code === code && other.cause === cause) === index,
    ),
    right: parts.flatMap((part) => part.right),
    notes: parts.flatMap((part) => part.notes),
  };
}

export const isSound = ({ faults: found }: Findings): boolean => found.length === 0;

/** Codes of errors that the doctor has another name for. */
const otherNames: Readonly<Record<string, FaultCode>> = {
  'bad-settings': 'SETTINGS_INVALID',
  'cert-not-installed': 'CERT_MISSING',
  'not-readable': 'CERT_UNREADABLE',
  'clock-wrong': 'CLOCK_WRONG',
};

/** The fault that an error with this code tells of; undefined where it is none of the table. */
export function codeOf(error: string): FaultCode | undefined {
  // Whatever keeps us from a host; the cause says which.
  if (/^(?:ssh|host)-/.test(error)) return 'SSH_FAILED';
  const code = otherNames[error] ?? error.toUpperCase().replaceAll('-', '_');
  return isFaultCode(code) ? code : undefined;
}

/** What was thrown, as a finding. */
export function faultOf(error: unknown): Findings {
  const { code, hint } = error instanceof HermesError ? error : { code: '', hint: '' };
  return fault(codeOf(code) ?? 'CHECK_FAILED', messageOf(error), hint);
}

/** What a check finds; where it cannot be made, that is the finding. */
export async function caught(check: () => Findings | Promise<Findings>): Promise<Findings> {
  try {
    return await check();
  } catch (error) {
    return faultOf(error);
  }
}
