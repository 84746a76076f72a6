import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Access {
  readonly mode: number;
  /** User that owns it; absent: that of this process. */
  readonly uid?: number | undefined;
  /** Group that owns it; absent: that of this process. */
  readonly gid?: number | undefined;
}

/**
 * Puts a file in place in one step. One that has not changed stays the one that is mounted.
 * @returns whether it changed
 */
export function replaceFile(path: string, content: Buffer, { mode, uid, gid }: Access): boolean {
  if (contentOf(path)?.equals(content)) return false;
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}`;
  rmSync(beside, { force: true });
  // Never wider than the owner until the group is right.
  writeFileSync(beside, content, { mode: 0o600 });
  if (gid !== undefined) chownSync(beside, uid ?? process.getuid?.() ?? -1, gid);
  chmodSync(beside, mode);
  renameSync(beside, path);
  return true;
}

function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
