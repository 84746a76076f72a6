import { copyFileSync, existsSync, renameSync, statSync, truncateSync } from 'node:fs';
import { extname } from 'node:path';
import type { LogLimit } from './plan.js';

/** Milliseconds between two looks. */
const interval = 1_000;

/**
 * Keeps a file bounded that others append to: what it holds is copied beside it and cut off. The file stays the same
 * one, because nginx's workers cannot open it again as the user they are. A line written in between is lost.
 * @returns a way to stop
 */
export function boundFile(path: string, limit: LogLimit): () => void {
  const timer = setInterval(() => look(path, limit), interval);
  return () => clearInterval(timer);
}

function look(path: string, { bytes, kept }: LogLimit): void {
  try {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size <= bytes) return;
    for (let number = kept; number > 1; number -= 1) {
      if (existsSync(older(path, number - 1))) renameSync(older(path, number - 1), older(path, number));
    }
    if (kept > 0) copyFileSync(path, older(path, 1));
  } catch {
    // No room for a copy: the file is cut off all the same.
  }
  cut(path, bytes);
}

function cut(path: string, bytes: number): void {
  try {
    if (statSync(path).size > bytes) truncateSync(path);
  } catch {
    // It is gone by itself, or is not ours any more; there is nobody to tell.
  }
}

/** `access.log` becomes `access.1.log`. */
function older(path: string, number: number): string {
  const ending = extname(path);
  return `${path.slice(0, -ending.length)}.${number}${ending}`;
}
