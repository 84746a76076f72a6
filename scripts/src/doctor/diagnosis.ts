import picocolors from 'picocolors';
import type { Findings } from './findings.js';

/** What `make doctor` prints; with `JSON=1` just so. */
export interface Diagnosis extends Findings {
  /** What was looked at: `this checkout`, a URL, or a host. */
  readonly target: string;
  /** Nothing is wrong. */
  readonly healthy: boolean;
}

export const diagnosisOf = (target: string, { faults, right, notes }: Findings): Diagnosis => ({
  target,
  healthy: faults.length === 0,
  faults,
  right,
  notes,
});

/** For an operator: what is right, what is worth knowing, then what is wrong and what to do, which stays on the screen. */
export function diagnosisText({ target, healthy, faults, right, notes }: Diagnosis): string {
  // Not by what the library finds: it colours files and pipes, too, where `CI` is set.
  const { green, red, bold } = picocolors.createColors(
    Boolean(process.stdout.isTTY) && picocolors.isColorSupported,
  );
  const indented = (text: string) => text.replaceAll('\n', '\n    ');
  const verdict = healthy
    ? `Nothing is wrong with ${target}.`
    : `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}; docs/reference/faults.md has all of them.`;
  return [
    ...right.map((line) => `${green('✔')} ${line}`),
    ...notes.map((line) => `· ${indented(line)}`),
    ...faults.flatMap(({ code, cause, fix }) => [
      `${red('✖')} ${bold(code)}: ${indented(cause)}`,
      `  → ${fix}`,
    ]),
    '',
    verdict,
    '',
  ].join('\n');
}
