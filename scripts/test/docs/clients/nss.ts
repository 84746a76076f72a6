import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

/** Makes the browsers of this home folder trust a CA file. */
export function trustInNss(home: string, ca: string): Promise<void> {
  return trustInDatabase(join(home, '.pki/nssdb'), ca);
}

/** The same for a database of certificates by its folder, such as a profile of Firefox. */
export async function trustInDatabase(folder: string, ca: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const database = ['-d', `sql:${folder}`];
  if (!existsSync(join(folder, 'cert9.db'))) await execa('certutil', [...database, '-N', '--empty-password']);
  await execa('certutil', [...database, '-A', '-t', 'C,,', '-n', ca, '-i', ca]);
}
