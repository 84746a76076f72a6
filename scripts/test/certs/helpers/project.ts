import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];

/** An empty project folder, which others may enter; `removeProjects` ends it. */
export function newProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hermes-certs-'));
  chmodSync(folder, 0o755);
  made.push(folder);
  return folder;
}

export function removeProjects(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}
