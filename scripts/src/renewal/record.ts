import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../certs/durable.js';
import { certificatePaths } from '../certs/layout.js';

/** What became of the tries to renew one certificate. Times are ISO 8601 in UTC. */
export interface RenewalRecord {
  /** When it was last looked at whether a renewal is due, and what was due was tried. */
  readonly lastLook?: string;
  /** When a look last ended well, whether or not something was due. */
  readonly lastSuccess?: string;
  /** When a certificate was last installed. */
  readonly lastInstalled?: string;
  /** When the next look is planned. */
  readonly nextLook?: string;
  /** Looks in a row that failed. */
  readonly failures: number;
  /** Why the last look failed; absent when it did not. */
  readonly fault?: { readonly code: string; readonly message: string };
}

const file = (folder: string) => join(certificatePaths(folder).root, 'renewals.json');

/** Records by certificate name, kept beside the certificates. A file that is missing or damaged counts as empty. */
export function readRecords(folder: string): Readonly<Record<string, RenewalRecord>> {
  try {
    return JSON.parse(readFileSync(file(folder), 'utf8'));
  } catch {
    return {};
  }
}

/** Changes the record of one certificate, in one step for its readers. */
export async function updateRecord(
  folder: string,
  name: string,
  change: (before: RenewalRecord) => RenewalRecord,
): Promise<void> {
  const records = readRecords(folder);
  const after = { ...records, [name]: change(records[name] ?? { failures: 0 }) };
  await replaceFile(file(folder), `${JSON.stringify(after, null, 2)}\n`, { mode: 0o644 });
}
