import { HermesError, messageOf } from '../../../app/src/errors.js';

const full: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const forbidden: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS']);

/**
 * What an operator needs to know of an error of the file system; any other error as it is.
 * @param place that was written to, where the error names none
 */
export function explained(error: unknown, place: string): unknown {
  if (error instanceof HermesError) return error;
  const { code, path = place, syscall } = error as NodeJS.ErrnoException;
  const more = { cause: error };
  if (full.has(code)) {
    return new HermesError(
      'disk-full',
      `the disk of ${place} is full`,
      'nothing was kept; make room, and try again',
      more,
    );
  }
  if (forbidden.has(code)) {
    const hint = 'run this as the user who owns it, or as root';
    return new HermesError('not-permitted', `${path} cannot be ${access(syscall)} (${code})`, hint, more);
  }
  if (syscall === undefined) return error;
  return new HermesError('files-unavailable', `${path} cannot be used: ${messageOf(error)}`, '', more);
}

const access = (syscall = '') =>
  /^(open|scandir|read|lstat|stat|opendir)/.test(syscall) ? 'read' : 'changed';
