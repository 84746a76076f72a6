import { HermesError } from '../../../../app/src/errors.js';

/** What a program in a container answers, as a line of JSON. */
export type Answer = { readonly value: unknown } | { readonly fault: Fault };

interface Fault {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export function faultOf(error: unknown): Fault {
  if (error instanceof HermesError) return { code: error.code, message: error.message, hint: error.hint };
  return { code: 'fault', message: error instanceof Error ? error.message : String(error), hint: '' };
}

export const faultError = ({ code, message, hint }: Fault): HermesError =>
  new HermesError(code, message, hint);

/** What became of a program that ended before its time. @param stderr what it, Node or Compose has said */
export function endedEarly(stderr: string): HermesError {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const told = lines.flatMap(readFault).at(-1);
  if (told) return faultError(told);
  if (/Cannot find module/.test(stderr)) {
    const hint = '`make up` starts it with the image of this release; then try again';
    return new HermesError('image-older', 'the containers run an image of another release', hint);
  }
  return new HermesError(
    'compose-failed',
    lines.at(-1) ?? 'a container ended without a word',
    'see `make logs`',
  );
}

function readFault(line: string): Fault[] {
  try {
    const { fault } = JSON.parse(line);
    return fault ? [fault] : [];
  } catch {
    return [];
  }
}
