import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new empty folder, which goes with this process. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hermes-test-'));
  folders.push(folder);
  return folder;
}
